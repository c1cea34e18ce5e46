/** Tests how a file system fails if a path does not resolve: its error has the error of its root. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type OpenFileSystem, PlainFailure } from "./edition.js"
import { temporary } from "./temporary.js"

const paths = {
  "": ["SystemError", "PathNotFound"],
  "/none": ["SystemError", "PathNotFound"],
  "/dir/none/x": ["SystemError", "PathNotFound"],
  "/file/x": ["SystemError", "NotADirectory"],
  "/loop": ["SystemError", "SymlinkLoop"],
  [`/${"n".repeat(256)}`]: ["SystemError", "NameTooLong"],
  "/fi\0le": ["BadArgument", "InvalidPath"],
  "/fi\ud800le": ["BadArgument", "InvalidPath"],
  "/fi\udcc3\udca9le": ["BadArgument", "InvalidPath"],
  // This path resolves, but cannot be read.
  "/dir": ["SystemError", undefined]
} as const

/**
 * Defines the tests for a file system in a directory, or in memory with the same files. `why` returns the `ResolveError`
 * in an error: by default, it is the cause.
 */
export const failures = (
  name: string,
  open: (path: string) => Promise<OpenFileSystem>,
  why: (failure: PlainFailure) => unknown = ({ cause }) => cause
): void => {
  const tagOf = (failure: PlainFailure): unknown => {
    const reason = why(failure)
    return typeof reason === "object" && reason !== null && "_tag" in reason ? reason._tag : undefined
  }

  describe(`a failure of ${name}`, () => {
    const directory = temporary()
    let opened: OpenFileSystem
    beforeAll(async () => {
      mkdirSync(`${directory.path}/dir`)
      writeFileSync(`${directory.path}/file`, "")
      symlinkSync("loop", `${directory.path}/loop`)
      opened = await open(directory.path)
    })
    afterAll(async () => {
      await opened.close()
      directory[Symbol.dispose]()
    })

    it("has the resolve error if the path does not resolve", async () => {
      const found = []
      for (const path of Object.keys(paths)) {
        const failure: unknown = await opened.fs.readFileString(path).catch((error: unknown) => error)
        found.push([path, failure instanceof PlainFailure ? [failure.tag, tagOf(failure)] : failure])
      }
      expect(found).toEqual(Object.entries(paths))
    })

    it("names the path that does not resolve, even if it is the second one", async () => {
      const { fs } = opened
      const [there, missing] = ["/file", "/dir/none/x"]
      const found = await Promise.all(
        [fs.rename(there, missing), fs.rename(missing, there), fs.link(there, missing), fs.copyFile(there, missing)]
          .map(
            (call) => call.then(() => "done", (error: unknown) => error instanceof PlainFailure ? why(error) : error)
          )
      )
      expect(found).toMatchObject(found.map(() => ({ path: missing, at: "/dir/none" })))
    })

    it("has the same cause as the error of the root", async () => {
      const results = await opened.root.resolveAll(Object.keys(paths))
      const tags = results.map((result) => "error" in result ? result.error.tag : undefined)
      expect(tags).toEqual(Object.values(paths).map(([, tag]) => tag))
    })
  })
}
