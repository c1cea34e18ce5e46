/**
 * Compares native calls through the runtime's own library with those through koffi. `RUNTIMES` lists more runtimes:
 * binaries of Node 26, Bun or Deno, separated by colons. `NATIVE_CALLS` is the number of random calls.
 */
import { bundled } from "@procfsroot/testkit/bundle"
import { asked, optionsOf, suites } from "@procfsroot/testkit/cases"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFile } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { constants } from "node:os"
import { basename } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import type { Answers, Questions } from "./programs/conformance.js"

const count = process.env["NATIVE_CALLS"] ?? "5000"

const here = isBuiltin("node:ffi") ? [process.execPath] : []
const others = (process.env["RUNTIMES"] ?? "").split(":").filter((binary) => binary !== "")
const runtimes = [...here, ...others]

const isDeno = (binary: string): boolean => basename(binary).startsWith("deno")

/** `getdents64` and `statx`, by architecture (`asm/unistd.h`). */
const numbers = process.arch === "x64" ? { getdents64: 217, statx: 332 } : { getdents64: 61, statx: 291 }

const randomCalls = new URL("./programs/nativeCalls.ts", import.meta.url)
const table = new URL("./programs/conformance.ts", import.meta.url)
const refused = new URL("./programs/refused.ts", import.meta.url)
const codes = new URL("./programs/codes.ts", import.meta.url)

/** The output of a program that prints JSON. */
const outputOf = async (runtime: string, program: URL, args: ReadonlyArray<string>): Promise<unknown> => {
  const before = isDeno(runtime) ? ["run", "--allow-all"] : []
  const all = [...before, await bundled(program), ...args]
  const { stdout } = await promisify(execFile)(runtime, all, { maxBuffer: 2 ** 26 })
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

const libraryOf = (runtime: string): string => {
  if (isDeno(runtime)) return "Deno.dlopen"
  return basename(runtime).startsWith("bun") ? "bun:ffi" : "node:ffi"
}

describe("the table of cases", () => {
  tableOn(process.execPath, "none", "none")
  for (const runtime of runtimes) {
    if (!isDeno(runtime)) tableOn(runtime, "none", "none")
    tableOn(runtime, "runtime", libraryOf(runtime))
  }
})

for (const deno of others.filter(isDeno)) {
  it(`a root in ${basename(deno)} needs native calls, all permissions, and no other threads`, async () => {
    using directory = temporary("/tmp") // Deno reads /dev/shm only with all permissions
    const questions = `${directory.path}/questions.json`
    writeFileSync(questions, JSON.stringify([{ directory: directory.path, questions: [] }]))
    const program = await bundled(table)
    const run = async (permission: string, native: string) =>
      (await promisify(execFile)(deno, ["run", "--no-prompt", permission, program, native, questions])).stdout
    expect(JSON.parse(await run("--allow-all", "auto"))).toEqual({ native: "Deno.dlopen", answers: [[]] })
    await expect(run("--allow-all", "none")).rejects.toThrow("Deno needs native calls")
    await expect(run("--allow-read", "auto")).rejects.toThrow("run it with --allow-all")
  })

  it.skipIf(without("koffi")).each(
    [
      ["getdents64", "EIO", { list: "EIO", copy: "EIO", unlink: "EISDIR" }],
      ["statx", "EPERM", { list: null, copy: "EPERM", unlink: "EISDIR" }]
    ] as const
  )(`a root in ${basename(deno)} fails if %s does`, async (call, code, expected) => {
    using directory = temporary()
    materialize(directory.path, tree)
    const failing = [String(numbers[call]), String(constants.errno[code])]
    const args = [...failing, deno, "run", "--allow-all", await bundled(codes), directory.path]
    expect(await outputOf(process.execPath, refused, args)).toEqual(expected)
  })
}
