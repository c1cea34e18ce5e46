/** Removing, replacing or emptying a large file frees its content on the thread pool, and waits until it is free. */
import { descriptors } from "@procfsroot/testkit/descriptors"
import { without } from "@procfsroot/testkit/judges"
import { limitedTmpfs } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import type { FileSystem as Files, Flag } from "@procfsroot/vfs/FileSystem"
import { SLOW_TO_FREE } from "@procfsroot/vfs/Limits"
import * as Program from "@procfsroot/vfs/Program"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import * as FileSystem from "../src/FileSystem.js"
import { openRoot } from "../src/index.js"
import * as Native from "../src/Native.js"
import * as Root from "../src/Root.js"

const LARGE = SLOW_TO_FREE + 1

const bindings = [
  ["with native calls", undefined],
  ["without native calls", { native: "none" }]
] as const

/** Whether this process has a file in the directory open that has no name any more. */
const holdsRemoved = (directory: string): boolean =>
  Fs.readdirSync("/proc/self/fd").some((fd) => {
    try {
      const target = Fs.readlinkSync(`/proc/self/fd/${fd}`)
      return target.startsWith(`${directory}/`) && target.endsWith(" (deleted)")
    } catch {
      return false // it was the descriptor that listed the directory
    }
  })

/** Runs a program. `around` is called before each call that it waits for, and what it returns after the call. */
const running = async <A>(program: Program.Program<A>, around: () => () => void): Promise<void> => {
  for (let step = program.next(); step.done !== true; step = program.next()) {
    const wait = step.value
    if (wait._tag !== "Call") continue
    const after = around()
    await new Promise<void>((resolve) =>
      wait.begin((answer) => {
        wait.answer = answer
        resolve()
      })
    )
    after()
  }
}

/** Runs a program, and returns whether it waited for a call that closed a removed file. */
const waitsForRemoved = async <A>(program: Program.Program<A>, directory: string): Promise<boolean> => {
  let waited = false
  await running(program, () => {
    const isHeld = holdsRemoved(directory)
    return () => {
      waited ||= isHeld && !holdsRemoved(directory)
    }
  })
  return waited
}

const later = (now: () => Program.Now<void>): Program.Program<void> => Program.sync(now)

function* openAndClose(fs: Files<number>, flag: Flag, whileOpen: () => void = () => {}): Program.Program<void> {
  const opened = fs.open("/d/old", flag, 0o644)
  const file = Program.isCall(opened) ? yield* opened : opened
  whileOpen()
  yield* file.close()
}

type Operation = (fs: Files<number>) => Program.Program<unknown>

const operations: ReadonlyArray<readonly [string, Operation]> = [
  ["unlink", (fs) => later(() => fs.unlink("/d/old"))],
  ["remove", (fs) => fs.remove("/d/old")],
  ["remove a tree", (fs) => fs.remove("/d", { recursive: true })],
  ["rename", (fs) => later(() => fs.rename("/new", "/d/old"))],
  ["rename through the root directory", (fs) => later(() => fs.rootDirectory.rename("/new", "/d/old", "replace"))],
  ["write atomically", (fs) => fs.rootDirectory.writeFileAtomic("/d/old", new Uint8Array(1))],
  [
    "write atomically, with the old mode",
    (fs) => fs.rootDirectory.writeFileAtomic("/d/old", new Uint8Array(1), { keepMode: true })
  ],
  ["copy a file", (fs) => fs.copy("/new", "/d/old", { overwrite: true })],
  ["copy a link", (fs) => fs.copy("/link", "/d/old", { overwrite: true })],
  ["copy a tree", (fs) => fs.copy("/tree", "/d", { overwrite: true })]
]

/** A directory with a file of this size, `/d/old`, and what may replace it. */
const box = (size: number, path: string): void => {
  Fs.mkdirSync(`${path}/d`)
  Fs.mkdirSync(`${path}/tree`)
  Fs.writeFileSync(`${path}/d/old`, "")
  Fs.truncateSync(`${path}/d/old`, size)
  for (const name of ["new", "tree/old"]) Fs.writeFileSync(`${path}/${name}`, "new")
  Fs.symlinkSync("new", `${path}/link`)
}

const inRoot = async <A>(
  path: string,
  options: Native.Wanted | undefined,
  use: (fs: Files<number>) => Promise<A>,
  policy: FileSystem.MakeOptions = {}
): Promise<A> => {
  const handle = Root.open(path, options === undefined ? {} : { bind: Native.bindFor(options) })
  try {
    return await use(FileSystem.make(handle, policy))
  } finally {
    handle.close()
  }
}

describe.each(bindings)("%s", (_, options) => {
  const waited = async (
    size: number,
    operation: Operation,
    prepare: (path: string) => void = () => {},
    policy: FileSystem.MakeOptions = {}
  ) => {
    using directory = temporary()
    const { path } = directory
    box(size, path)
    prepare(path)
    return await inRoot(path, options, async (fs) => {
      const before = descriptors()
      const result = await waitsForRemoved(operation(fs), path)
      expect(descriptors()).toBe(before)
      return result
    }, policy)
  }

  it.each(operations)("waits for a large file: %s", async (_, operation) => {
    expect(await waited(LARGE, operation)).toBe(true)
  })

  it.each(operations)("waits for a large file where mounts are forbidden: %s", async (_, operation) => {
    expect(await waited(LARGE, operation, undefined, { mounts: "forbid" })).toBe(true)
  })

  it.each(operations)("does not wait for a smaller file: %s", async (_, operation) => {
    expect(await waited(SLOW_TO_FREE, operation)).toBe(false)
  })

  it.each(operations)("does not wait for a file with another name: %s", async (_, operation) => {
    expect(await waited(LARGE, operation, (path) => Fs.linkSync(`${path}/d/old`, `${path}/other`))).toBe(false)
  })

  /** The sizes of the file before and after each call that the program waits for. Checks the content at the end. */
  const sizes = async (old: number, content: Uint8Array, operation: Operation): Promise<ReadonlyArray<number>> => {
    using directory = temporary()
    const { path } = directory
    box(old, path)
    const found: Array<number> = []
    const look = () => void found.push(Fs.statSync(`${path}/d/old`).size)
    const before = descriptors()
    await inRoot(path, options, (fs) =>
      running(operation(fs), () => {
        look()
        return look
      }))
    expect(descriptors()).toBe(before)
    expect(Fs.readFileSync(`${path}/d/old`).equals(content)).toBe(true)
    return found
  }

  const data = new Uint8Array(3).fill(1)
  const write: Operation = (fs) => fs.writeFile("/d/old", data, "w", 0o644)

  it("empties a large file before it is written", async () => {
    const [before, after] = await sizes(LARGE, data, write)
    expect([before, after]).toEqual([LARGE, 0])
  })

  it("does not empty a small file that is written over", async () => {
    expect(new Set([3, ...await sizes(3, data, write)])).toEqual(new Set([3]))
    expect(await sizes(4, data, write)).not.toContain(4)
  })

  it.each(["w", "w+"] as const)("empties a large file that is opened with %s before it is returned", async (flag) => {
    const opening: Operation = (fs) => openAndClose(fs, flag)
    expect(await sizes(LARGE, new Uint8Array(), opening)).toEqual([LARGE, 0])
    expect(await sizes(SLOW_TO_FREE, new Uint8Array(), opening)).toEqual([])
  })

  it("does not empty a large file through a link that must not be followed", async () => {
    const opening: Operation = (fs) => Program.sync(() => fs.open("/old", "w", 0o644, true))
    const isKept = waited(LARGE, opening, (path) => Fs.symlinkSync("d/old", `${path}/old`))
    await expect(isKept).rejects.toThrow(expect.objectContaining({ code: "ELOOP", paths: ["/old"] }))
  })

  it("waits for a large file without a name when it is closed", async () => {
    const removing: Operation = (fs) => openAndClose(fs, "r+", () => void Fs.unlinkSync(`${place}/d/old`))
    let place = ""
    const prepare = (path: string) => void (place = path)
    expect(await waited(LARGE, removing, prepare)).toBe(true)
    expect(await waited(SLOW_TO_FREE, removing, prepare)).toBe(false)
    expect(await sizes(LARGE, new Uint8Array(LARGE), (fs) => openAndClose(fs, "r+"))).toEqual([])
  })

  it("closes a file that cannot be replaced", async () => {
    using directory = temporary()
    box(LARGE, directory.path)
    await inRoot(directory.path, options, async (fs) => {
      const before = descriptors()
      expect(() => fs.rename("/tree", "/d/old")).toThrow(expect.objectContaining({ code: "ENOTDIR" }))
      expect(descriptors()).toBe(before)
      await Program.runPromise(fs.remove("/d/old"))
    })
    expect(Fs.readdirSync(`${directory.path}/d`)).toEqual([])
  })

  it.skipIf(without("mountHere")).each(operations)("has freed the file when it ends: %s", async (_, operation) => {
    using full = limitedTmpfs("size=32m")
    box(0, full.path)
    const { bfree } = Fs.statfsSync(full.path)
    Fs.writeFileSync(`${full.path}/d/old`, new Uint8Array(2 * SLOW_TO_FREE))
    await inRoot(full.path, options, (fs) => waitsForRemoved(operation(fs), full.path))
    // The new content takes a page.
    expect(Fs.statfsSync(full.path).bfree).toBeGreaterThanOrEqual(bfree - 1)
  })
})

it.each(bindings)("synchronous functions do not need the thread pool, %s", async (_, options) => {
  using directory = temporary()
  const { path } = directory
  await using root = await openRoot(path, options)
  const { directorySync, sync } = root
  const functions: ReadonlyArray<() => void> = [
    () => sync.unlinkSync("/d/old"),
    () => sync.rmSync("/d/old"),
    () => sync.renameSync("/new", "/d/old"),
    () => directorySync.rename("/new", "/d/old", { mode: "replace" }),
    () => sync.cpSync("/new", "/d/old"),
    () => sync.writeFileSync("/d/old", "new"),
    () => Fs.closeSync(sync.openSync("/d/old", "w")),
    () => directorySync.openFile("/d/old", { flag: "w" }).close(),
    () => {
      const file = directorySync.openFile("/d/old", { flag: "r+" })
      Fs.unlinkSync(`${path}/d/old`)
      file.close()
    }
  ]
  for (const run of functions) {
    box(LARGE, path)
    const before = descriptors()
    run()
    expect(descriptors()).toBe(before)
    for (const name of Fs.readdirSync(path)) Fs.rmSync(`${path}/${name}`, { recursive: true })
  }
})

it("an exchange of names does not wait", async () => {
  using directory = temporary()
  box(LARGE, directory.path)
  await inRoot(directory.path, undefined, (fs) => {
    const isWaiting = Program.isCall(fs.rootDirectory.rename("/new", "/d/old", "exchange"))
    return Promise.resolve(expect(isWaiting).toBe(false))
  })
})
