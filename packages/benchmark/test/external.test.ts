import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { build, names, programFor } from "../src/external.js"
import { make } from "../src/processes.js"

const compiler = judge(
  () => spawnSync("cc", ["--version"]).error === undefined ? undefined : "there is no C compiler",
  false,
  "REQUIRE_CC"
)

describe.skipIf(without(compiler))("contestants in other languages", () => {
  it("answer one list after the other, and report the cost of each", async () => {
    using directory = temporary()
    const programs = build(`${directory.path}/programs`)
    expect(programs.map(({ name }) => name)).toContain(names.c)
    writeFileSync(`${directory.path}/file`, "")
    symlinkSync("/file", `${directory.path}/link`)
    symlinkSync("loop", `${directory.path}/loop`)
    const asked = Effect.gen(function*() {
      for (const { cost, run } of yield* make(programs.map(programFor(directory.path)))) {
        expect((yield* Effect.promise(() => run(["/link", "/", "/missing/name"])))()).toEqual(["/file", "/", "ENOENT"])
        expect((yield* Effect.promise(() => run(["/file/."])))()).toEqual(["ENOTDIR"])
        expect(cost?.()?.clock).toBeGreaterThan(0)
      }
    })
    await Effect.runPromise(Effect.scoped(asked))
  })

  it("the floor answers a missing last name if it is asked to", async () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/d`)
    symlinkSync("nowhere", `${directory.path}/dangling`)
    const floor = build(`${directory.path}/programs`).filter(({ name }) => name === names.c)
    const asked = Effect.gen(function*() {
      const program = floor.map(({ file, name }) => ({ name, command: file, args: [directory.path, "last"] }))
      for (const { run } of yield* make(program)) {
        const answers = yield* Effect.promise(() => run(["/d/new", "/new", "/d", "/new/name", "/dangling"]))
        expect(answers()).toEqual(["/d/new", "/new", "/d", "ENOENT", "EEXIST"])
      }
      return program.length
    })
    expect(await Effect.runPromise(Effect.scoped(asked))).toBe(1)
  })
})
