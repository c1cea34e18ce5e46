/** The kernel checks permissions for the user that file systems see, who need not be the real user of the process. */
import { bundled } from "@procfsroot/testkit/bundle"
import { become } from "@procfsroot/testkit/chroot"
import { without } from "@procfsroot/testkit/judges"
import { nativeLibrary } from "@procfsroot/testkit/nativeLibrary"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { constants } from "node:os"
import { expect, it } from "vitest"
import { openRoot } from "../src/index.js"
import { bindSystemCalls } from "../src/internal/native/systemCalls.js"

const NOBODY = 65_534

const codeOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
    return "ok"
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error
  }
}

const outcomesOf = async (...args: ReadonlyArray<string>) => {
  using directory = temporary()
  const program = await bundled(new URL("./programs/effectiveUser.ts", import.meta.url))
  const run = spawnSync(process.execPath, [program, directory.path, ...args], { encoding: "utf8", timeout: 60_000 })
  if (run.stdout === "") throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

it.skipIf(without("root", "koffi", "nodeFs"))("only the effective user needs permission to copy", async () => {
  const { judge, kernel, walk } = await outcomesOf()
  expect(judge.root).toMatchObject({ "into d": "ok", "onto f": "ok" })
  expect(judge.nobody).toMatchObject({ "into d": "EACCES", "onto f": "EACCES" })
  // May open it, but not change its mode.
  expect(judge["a member"]).toMatchObject({ "onto f": "EACCES", "onto the team's": "EPERM" })
  expect(judge["a former member"]).toMatchObject({ "onto the team's": "EACCES" })
  expect({ kernel, walk }).toEqual({ kernel: judge, walk: judge })
})

it.skipIf(without("root", "koffi"))("the same if a sandbox refuses to check the permissions of that user", async () => {
  const { judge, kernel, walk } = await outcomesOf("refused")
  expect(judge.root).toMatchObject({ "into d": "ok", "onto f": "ok" })
  expect(judge["only nobody"]).toMatchObject({ "into d": "EACCES", "onto f": "EACCES" })
  expect(judge["a member"]).toMatchObject({ "onto f": "EACCES", "onto the team's": "ok" })
  expect({ kernel, walk }).toEqual({ kernel: judge, walk: judge })
})

it.skipIf(without("root", "koffi"))(
  "a user who may not search a directory cannot pass through it, even if the real user is root",
  async () => {
    using directory = temporary()
    Fs.chmodSync(directory.path, 0o755)
    Fs.mkdirSync(`${directory.path}/closed`, { mode: 0o700 })
    for (const strategy of ["kernel", "walk"] as const) {
      await using root = await openRoot(directory.path, { strategy })
      become(NOBODY, NOBODY)
      try {
        for (const path of ["/closed/..", "/closed/.", "/closed/../closed", "/closed/x"]) {
          const expected = await codeOf(() => Fs.statSync(directory.path + path))
          expect([path, expected]).toEqual([path, "EACCES"])
          expect([path, await codeOf(() => root.promises.stat(path))]).toEqual([path, expected])
        }
        for (const path of ["/closed/new/", "/closed/new"]) {
          const expected = await codeOf(() => Fs.openSync(directory.path + path, "w"))
          expect([path, await codeOf(() => root.promises.open(path, "w"))]).toEqual([path, expected])
        }
      } finally {
        become(0, 0)
      }
    }
  }
)

it("EPERM is about a file that cannot be changed (`chattr(1)`), and about a sandbox only if every file has it", () => {
  const accessWith = (isRefused: (path: unknown) => boolean) => {
    const faccessat = (_: unknown, path: unknown) => isRefused(path) ? -1 : 0
    const library = nativeLibrary((name) => name === "faccessat" ? faccessat : () => 0)
    const { access } = bindSystemCalls({ ...library, errno: () => constants.errno.EPERM })
    return access?.("/f", Fs.constants.W_OK)
  }
  expect(() => accessWith((path) => path === "/f")).toThrow(expect.objectContaining({ code: "EPERM" }))
  expect(accessWith(() => true)).toBe(false)
  expect(accessWith(() => false)).toBe(true)
})
