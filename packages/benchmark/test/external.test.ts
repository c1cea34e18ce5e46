import { temporary } from "@procfsroot/testkit/temporary"
import { symlinkSync, writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { build, make, names } from "../src/external.js"

describe("contestants in other languages", () => {
  it("answer lists, one after the other, and say what each took", async ({ skip }) => {
    using directory = temporary()
    const programs = build(`${directory.path}/programs`)
    if (programs.every(({ name }) => name !== names.c)) skip("no C compiler")
    writeFileSync(`${directory.path}/file`, "")
    symlinkSync("/file", `${directory.path}/link`)
    symlinkSync("loop", `${directory.path}/loop`)
    const asked = Effect.gen(function*() {
      for (const { cost, run } of yield* make(programs, directory.path)) {
        expect((yield* Effect.promise(() => run(["/link", "/", "/missing/name"])))()).toEqual(["/file", "/", "ENOENT"])
        expect((yield* Effect.promise(() => run(["/file/."])))()).toEqual(["ENOTDIR"])
        expect(cost?.()?.clock).toBeGreaterThan(0)
      }
    })
    await Effect.runPromise(Effect.scoped(asked))
  })
})
