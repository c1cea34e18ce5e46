/** Every operation of a closable file system fails once it is closed. What was opened before goes on. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import { describe, expect, it } from "vitest"
import { memoryOf } from "./memory.js"

const opened = () => {
  let isOpen = true
  const close = () => {
    isOpen = false
  }
  const { fileSystem } = memoryOf({ "/f": "content" })
  return { close, fileSystem: FileSystem.closable(FileSystem.waiting(fileSystem), () => isOpen) }
}

type Call = (path: string) => unknown

const isCall = (value: unknown): value is Call => typeof value === "function"

const callsOf = (operations: object): ReadonlyArray<readonly [string, Call]> =>
  Object.entries(operations).flatMap(([name, value]: [string, unknown]) => isCall(value) ? [[name, value]] : [])

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (thrown) {
    return thrown
  }
}

describe("a closable file system", () => {
  it("works while it is open", () => {
    const { fileSystem } = opened()
    expect(new TextDecoder().decode(Program.runSync(fileSystem.readFile("/f")))).toBe("content")
    expect(Program.runSync(fileSystem.rootDirectory.readFileBounded("/f", 7)).length).toBe(7)
  })

  it("fails in every operation after that, and says why", () => {
    const { close, fileSystem } = opened()
    close()
    const calls = [...callsOf(fileSystem), ...callsOf(fileSystem.rootDirectory)]
    expect(calls.length).toBeGreaterThan(40)
    for (const [name, call] of calls) {
      const thrown = thrownBy(() => call("/f"))
      if (!Errno.isErrno(thrown)) throw new Error(`${name} does not fail`)
      expect(ResolveFailure.fromThrown(thrown, ["/f"], Errno.inError)).toEqual(ResolveFailure.closed("/", "/f"))
    }
  })
})
