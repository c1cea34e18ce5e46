/**
 * Compares native calls through the runtime's own library with those through koffi. `RUNTIMES` lists more runtimes:
 * binaries of Node 26, Bun or Deno, separated by colons. `NATIVE_CALLS` is the number of random calls. Deno cannot open
 * roots, so the reasons for that are tested.
 */
import { bundled } from "@procfsroot/testkit/bundle"
import { asked, optionsOf, suites } from "@procfsroot/testkit/cases"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFile } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import type { Answers, Questions } from "./programs/conformance.js"

const count = process.env["NATIVE_CALLS"] ?? "5000"

const here = isBuiltin("node:ffi") ? [process.execPath] : []
const others = (process.env["RUNTIMES"] ?? "").split(":").filter((binary) => binary !== "")
const isDeno = (binary: string): boolean => basename(binary).startsWith("deno")
const runtimes = [...here, ...others.filter((binary) => !isDeno(binary))]

const randomCalls = new URL("./programs/nativeCalls.ts", import.meta.url)
const denos = new URL("./programs/deno.mjs", import.meta.url)
const table = new URL("./programs/conformance.ts", import.meta.url)

/** The output of a program that prints JSON. */
const outputOf = async (runtime: string, program: URL, args: ReadonlyArray<string>): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(runtime, [await bundled(program), ...args], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout)
}

const tree = [
  { path: "/dir/sub", type: "dir" },
  { path: "/file", type: "file" },
  { path: "/ü/ä", type: "file" },
  { path: "/link", type: "symlink", target: "dir" },
  { path: "/loop", type: "symlink", target: "loop" }
] as const

for (const runtime of runtimes) {
  it.skipIf(without("koffi"))(
    `native calls of ${basename(runtime)} have the same results and errnos as those of koffi`,
    async () => {
      using directory = temporary()
      materialize(directory.path, tree)
      const answers = (runtime: string, native: string) =>
        outputOf(runtime, randomCalls, [native, directory.path, count])
      expect(await answers(runtime, "runtime")).toEqual(await answers(process.execPath, "koffi"))
    },
    120_000
  )
}

const tableOn = (runtime: string, native: string, name: string) =>
  it(`${basename(runtime)}, ${native}`, async () => {
    using directory = temporary()
    const questions: Questions = suites.map(({ cases, tree }, i) => {
      const box = `${directory.path}/${i}`
      mkdirSync(box)
      materialize(box, tree)
      return {
        directory: box,
        questions: cases.map((testCase) => ({ path: asked(testCase), options: optionsOf(testCase) }))
      }
    })
    const file = `${directory.path}/questions.json`
    writeFileSync(file, JSON.stringify(questions))
    const expected: Answers = { native: name, answers: suites.map(({ cases }) => cases.map(({ expect }) => expect)) }
    expect(await outputOf(runtime, table, [native, file])).toEqual(expected)
  })

describe("the table of cases", () => {
  tableOn(process.execPath, "none", "none")
  for (const runtime of runtimes) {
    tableOn(runtime, "none", "none")
    tableOn(runtime, "runtime", basename(runtime).startsWith("bun") ? "bun:ffi" : "node:ffi")
  }
})

for (const deno of others.filter(isDeno)) {
  it(`${basename(deno)} opens no root, since it lacks what a root needs`, async () => {
    using directory = temporary()
    const run = async (program: string, args: ReadonlyArray<string>) =>
      (await promisify(execFile)(deno, ["run", "--allow-all", program, ...args])).stdout
    expect(JSON.parse(await run(fileURLToPath(denos), [directory.path]))).toEqual({
      foreign: { closeSync: "EBADF", fstatSync: "EBADF", fsyncSync: "EBADF", readSync: "EBADF" },
      unlink: "removed a directory",
      errno: { here: "ENOENT", onPool: "unknown" }
    })
    const questions = `${directory.path}/questions.json`
    writeFileSync(questions, JSON.stringify([{ directory: directory.path, questions: [] }]))
    await expect(run(await bundled(table), ["auto", questions])).rejects.toThrow("run it in Node or Bun")
  })
}
