/** Tests how whole files are read and written, with files that return less than was asked for. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { sortedByBytes } from "../src/internal/sorted.js"
import { failure, options } from "./failing.js"
import { built } from "./handles.js"
import { nextTurn } from "./programs.js"

const LARGEST = 2 ** 31 - 1

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

interface Reading {
  readonly fs: FileSystem.FileSystem<unknown>
  /** The lengths of the buffers into which was read. */
  readonly asked: Array<number>
}

/** A file system whose file says that it has `size` bytes, and returns these parts. */
const reading = (size: number, parts: ReadonlyArray<string>): Reading => {
  const { operations } = built({ "/f": "content" })
  const asked: Array<number> = []
  const left = [...parts]
  const { contents: _, ...opening } = operations
  const fs = FileSystem.make({
    ...opening,
    getattr: (inode) => ({ ...operations.getattr(inode), size }),
    files: {
      ...operations.files,
      getattr: (file) => ({ ...operations.files.getattr(file), size }),
      read: (_, buffer) => {
        asked.push(buffer.length)
        const part = bytes(left.shift() ?? "")
        buffer.set(part)
        return part.length
      }
    }
  }, options)
  return { asked, fs }
}

/** Runs a program, and counts the turns of the event loop that it offers. */
const withTurns = <A>(program: Program.Program<A>): readonly [A, turns: number] => {
  let turns = 0
  for (let step = program.next();; step = program.next()) {
    if (step.done === true) return [step.value, turns]
    if (step.value._tag === "Turn") turns++
  }
}

describe("reading a file", () => {
  it("goes on until its size is reached, and offers a turn between two calls", () => {
    const { asked, fs } = reading(10, ["0123", "45678", "9", "more"])
    const [content, turns] = withTurns(fs.readFile("/f"))
    expect([text(content), asked, turns]).toEqual(["0123456789", [10, 6, 1], 2])
  })

  it("ends where the file ends", () => {
    const { asked, fs } = reading(10, ["0123"])
    const [content, turns] = withTurns(fs.readFile("/f"))
    expect([text(content), asked, turns]).toEqual(["0123", [10, 6], 1])
  })

  it("in one call offers no turn", () => {
    const { asked, fs } = reading(3, ["012"])
    expect(withTurns(fs.readFile("/f"))[1]).toBe(0)
    expect(asked).toEqual([3])
  })

  it("without a size, as in procfs, goes on until nothing is returned", () => {
    const { asked, fs } = reading(0, ["01", "2"])
    expect(text(Program.runSync(fs.readFile("/f")))).toBe("012")
    expect(asked).toEqual([65_536, 65_536, 65_536])
  })

  it("that is too large fails, as in Node", () => {
    const { asked, fs } = reading(LARGEST + 1, [])
    const reason = `${LARGEST + 1} bytes are more than the ${LARGEST} that can be read at once`
    expect(failure((fs) => fs.readFile("/f"), fs as never)) // `failure` only passes it on
      .toEqual(["ERR_FS_FILE_TOO_LARGE", "read", [], reason])
    expect(asked).toEqual([])
  })

  it("without a size fails if it does not end", () => {
    const { operations } = built({ "/f": "content" })
    const { contents: _, ...opening } = operations
    const files = {
      ...operations.files,
      getattr: (file: Parameters<typeof operations.files.getattr>[0]) => ({
        ...operations.files.getattr(file),
        size: 0
      }),
      // It says so, so that the test does not need as much memory.
      read: () => 2 ** 30
    }
    const reason = `${2 ** 31} bytes are more than the ${LARGEST} that can be read at once`
    expect(failure((fs) => fs.readFile("/f"), FileSystem.make({ ...opening, files }, options)))
      .toEqual(["ERR_FS_FILE_TOO_LARGE", "read", [], reason])
  })

  it("returns a copy of what is in memory", () => {
    const fs = FileSystem.make(built({ "/f": "content" }).operations, options)
    Program.runSync(fs.readFile("/f")).fill(0)
    expect(text(Program.runSync(fs.readFile("/f")))).toBe("content")
  })
})

describe("reading a file up to a limit", () => {
  const bounded = ({ fs }: Reading, limit: number) =>
    failure((fs) => fs.rootDirectory.readFileBounded("/f", limit), fs as never) // `failure` only passes it on

  const tooLarge = (limit: number) => [
    "ERR_FS_FILE_TOO_LARGE",
    "open",
    ["/f"],
    `it is larger than maxBytes, which is ${limit}`
  ]

  it("asks for one byte more than the limit, and at least for a page", () => {
    const asked = (size: number, limit: number) => {
      const one = reading(size, ["01"])
      bounded(one, limit)
      return one.asked[0]
    }
    expect([asked(2, 5), asked(0, 5), asked(2, 100_000), asked(8_000, 100_000)]).toEqual([6, 6, 4_097, 8_001])
  })

  it("fails if there is more, whether the size says so or not", () => {
    const large = reading(6, ["012345"])
    expect([bounded(large, 5), large.asked]).toEqual([tooLarge(5), []])
    const growing = reading(3, ["012", "345"])
    expect([bounded(growing, 5), growing.asked]).toEqual([tooLarge(5), [6, 3]])
  })

  it("returns as much as the limit", () => {
    const { asked, fs } = reading(6, ["012", "345"])
    const [content, turns] = withTurns(fs.rootDirectory.readFileBounded("/f", 6))
    expect([text(content), asked, turns]).toEqual(["012345", [7, 4, 1], 2])
  })

  it("doubles its buffer when it is full", () => {
    const { asked, fs } = reading(0, ["x".repeat(4_097), "y".repeat(10)])
    const content = Program.runSync(fs.rootDirectory.readFileBounded("/f", 100_000))
    expect(text(content)).toBe("x".repeat(4_097) + "y".repeat(10))
    expect(asked).toEqual([4_097, 4_098, 4_088])
  })

  it("needs a limit that a buffer can have", () => {
    const { fs } = reading(1, ["0"])
    for (const limit of [-1, 1.5, Number.NaN]) {
      expect(() => Program.runSync(fs.rootDirectory.readFileBounded("/f", limit)))
        .toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }))
    }
  })
})

describe("a file that takes long to close", () => {
  /** `run` ends the close that a program waits for, with an error if there is a code for it. */
  const closing = () => {
    const { operations } = built({ "/f": "content" })
    const { contents: _, ...opening } = operations
    const ends: Array<(code?: string) => void> = []
    const close = () =>
      Program.call<void>((done) => {
        ends.push((code) => done(code === undefined ? { value: undefined } : { error: Errno.make(code) }))
      })
    const fs = FileSystem.make({ ...opening, inSteps: () => true, files: { ...operations.files, close } }, options)
    const run = async (program: Program.Program<unknown>, code?: string) => {
      const log: Array<string> = []
      const running = Program.runPromise(program).then(
        () => log.push("ok"),
        (thrown: unknown) => log.push(Errno.isErrno(thrown) ? `${thrown.code} ${thrown.syscall}` : "defect")
      )
      await nextTurn()
      log.push("closes")
      ends.pop()?.(code)
      await running
      return log
    }
    return { ends, fs, run }
  }

  it("is waited for", async () => {
    const { fs, run } = closing()
    expect(await run(fs.readFile("/f"))).toEqual(["closes", "ok"])
    expect(await run(fs.writeFile("/f", bytes("x"), "w", 0o600))).toEqual(["closes", "ok"])
    expect(await run(fs.truncate("/f", 1))).toEqual(["closes", "ok"])
  })

  it("fails with the error of the close only if something was written", async () => {
    const { fs, run } = closing()
    expect(await run(fs.readFile("/f"), "EIO")).toEqual(["closes", "ok"])
    expect(await run(fs.writeFile("/f", bytes("x"), "w", 0o600), "EIO")).toEqual(["closes", "EIO close"])
    expect(await run(fs.truncate("/f", 1), "EIO")).toEqual(["closes", "EIO close"])
  })

  it("does not let the program go on after it was interrupted", async () => {
    const { ends, fs } = closing()
    const log: Array<string> = []
    const controller = new AbortController()
    function* program(): Program.Program<void> {
      yield* fs.readFile("/f")
      log.push("continued")
    }
    const running = Program.runPromise(program(), controller.signal)
    await nextTurn()
    controller.abort("enough")
    ends.pop()?.()
    await expect(running).rejects.toBe("enough")
    expect(log).toEqual([])
  })
})

describe("writing a file", () => {
  const writing = (accepted: number, written = () => {}) => {
    const { operations } = built({})
    const asked: Array<number> = []
    const fs = FileSystem.make({
      ...operations,
      files: {
        ...operations.files,
        write: (_, data) => {
          asked.push(data.length)
          const length = Math.min(data.length, accepted)
          written()
          return length
        }
      }
    }, options)
    return { asked, fs }
  }

  it("goes on until everything is written, and makes one call for nothing", () => {
    const { asked, fs } = writing(4)
    Program.runSync(fs.writeFile("/f", bytes("0123456789"), "w", 0o600))
    expect(asked.splice(0)).toEqual([10, 6, 2])
    Program.runSync(fs.writeFile("/f", bytes(""), "w", 0o600))
    expect(asked).toEqual([0])
  })

  const losses: ReadonlyArray<readonly [string, (buffer: ArrayBuffer) => void]> = [
    ["shrunk", (buffer) => buffer.resize(2)],
    ["moved to another thread", (buffer) => structuredClone(buffer, { transfer: [buffer] })]
  ]

  it.each(losses)("fails if the rest of the data is %s before it is written", (_, lose) => {
    const buffer = new ArrayBuffer(10, { maxByteLength: 10 })
    const { fs } = writing(4, () => lose(buffer))
    expect(() => Program.runSync(fs.writeFile("/f", new Uint8Array(buffer), "w", 0o600)))
      .toThrow(expect.objectContaining({ _tag: "WriteZero" }))
  })

  it("fails if a call accepts nothing", () => {
    const { fs } = writing(0)
    expect(() => Program.runSync(fs.writeFile("/f", bytes("x"), "w", 0o600)))
      .toThrow(expect.objectContaining({ _tag: "WriteZero" }))
  })
})

describe("directory entries", () => {
  const entries = (...names: ReadonlyArray<string>) => names.map((name) => ({ name, type: "File" as const }))

  it("are sorted by the bytes of their names", () => {
    const sorted = sortedByBytes(entries("b", "\ue000", "😀", "a", "ab", ""))
    expect(sorted.map(({ name }) => name)).toEqual(["", "a", "ab", "b", "\ue000", "😀"])
  })

  it("that are sorted are returned as they are", () => {
    for (const sorted of [entries(), entries("a"), entries("a", "b", "\ue000", "😀")]) {
      expect(sortedByBytes(sorted)).toBe(sorted)
    }
    const twice = entries("a", "a")
    expect(sortedByBytes(twice)).not.toBe(twice)
    const last = entries("b", "c", "a")
    expect(sortedByBytes(last).map(({ name }) => name)).toEqual(["a", "b", "c"])
  })
})
