/** Tests of a file system in memory: faults, the list of operations, and the events of watchers. */
import { describe, expect, it } from "vitest"
import { closing } from "./closing.js"
import { type OpenMemory, PlainFailure, type PlainFault, type PlainTree, type PortableEdition } from "./edition.js"
import { resultCode } from "./edition/failure.js"
import { directoryFaults } from "./rootDirectory/faults.js"

const attributes = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }

const tree: PlainTree = {
  "/disk/dir/file": "x",
  "/disk/other": "y",
  "/way": { type: "SymbolicLink", target: "/disk/dir", ...attributes },
  "/sound": "z"
}

/** Runs a test in a new tree. */
type In = (
  faults: ReadonlyArray<PlainFault>,
  use: (memory: OpenMemory) => Promise<void>
) => () => Promise<void>

const inTree = ({ memory }: PortableEdition): In => (faults, use) => () => closing(memory(tree, { faults }), use)

/** The failure of a promise, which must fail with a documented error. */
const flip = (promise: Promise<unknown>): Promise<PlainFailure> =>
  promise.then(() => {
    throw new Error("it did not fail")
  }, (error: unknown) => {
    if (error instanceof PlainFailure) return error
    throw error
  })

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Whether the result of a function is still pending after a while. The while begins first, and so ends first. */
const pending = async <A>(begin: () => Promise<A>, milliseconds: number) => {
  const after = later(milliseconds).then(() => true)
  const result = begin()
  return { pends: await Promise.race([result.then(() => false), after]), result }
}

const ofPlaces = (in_: In): void => {
  it(
    "on a path strikes every operation that passes it, no matter how it is reached",
    in_([{ path: "/disk//dir/", code: "EIO" }], async ({ fs, inject }) => {
      expect(await resultCode(fs.readFile("/disk/dir/file"))).toBe("EIO")
      expect(await resultCode(fs.readFile("/way/file"))).toBe("EIO")
      expect(await resultCode(fs.stat("/disk/dir"))).toBe("EIO")
      expect(await resultCode(fs.writeFileString("/disk/dir/new", ""))).toBe("EIO")
      expect(await resultCode(fs.readLink("/way"))).toBe("ok")
      expect(await resultCode(fs.readDirectory("/disk"))).toBe("ok")
      await inject([])
      expect(await fs.readFileString("/way/file")).toBe("x")
    })
  )

  it(
    "with a method only strikes operations that end at its path",
    in_([], async ({ fs, inject }) => {
      await inject([{ path: "/disk/dir", method: "readDirectory", code: "ESTALE" }])
      expect(await resultCode(fs.readDirectory("/way"))).toBe("ESTALE")
      await inject([{ path: "/disk/dir", method: "readFile", code: "EIO" }])
      expect(await resultCode(fs.readFile("/way/file"))).toBe("ok")
      await inject([{ method: "rename", code: "EXDEV" }])
      expect(await flip(fs.rename("/sound", "/new"))).toMatchObject({
        reason: "Unknown",
        description: "EXDEV: cross-device link not permitted, rename '/sound' -> '/new'"
      })
      expect(await fs.exists("/sound")).toBe(true)
    })
  )

  it(
    "strikes open files too",
    in_([], async ({ fs, inject }) => {
      const opened = await fs.open("/way/file", { flag: "r+" })
      await inject([{ path: "/disk/dir/file", method: "writeAll", code: "ENOSPC" }])
      expect(await resultCode(opened.writeAll(new Uint8Array(1)))).toBe("ENOSPC")
      expect(await resultCode(opened.readAlloc(1))).toBe("ok")
      expect(await fs.readFileString("/way/file")).toBe("x")
      await opened.close()
    })
  )
}

const ofTimes = (in_: In): void => {
  it(
    "can strike only at the third call",
    in_([], async ({ fs, inject }) => {
      await inject([{ method: "readFile", nth: 3, code: "EMFILE" }])
      const tried = []
      for (let i = 0; i < 4; i++) tried.push(await resultCode(fs.readFile("/sound")))
      expect(tried).toEqual(["ok", "ok", "EMFILE", "ok"])
    })
  )

  it(
    "can only delay a call, or delay it and then fail",
    in_([{ path: "/sound", delay: 100 }], async ({ fs, inject }) => {
      const reading = await pending(() => fs.readFileString("/sound"), 50)
      expect(reading.pends).toBe(true)
      expect(await reading.result).toBe("z")
      await inject([{ path: "/disk", delay: 50, code: "ETIMEDOUT" }])
      const failing = await pending(() => resultCode(fs.stat("/disk/other")), 20)
      expect(failing.pends).toBe(true)
      expect(await failing.result).toBe("ETIMEDOUT")
    })
  )

  it(
    "that comes first in the list is reported if several have a code",
    in_([{ code: "EIO" }, { code: "EACCES" }], async ({ fs }) => {
      expect((await flip(fs.stat("/"))).cause).toMatchObject({ code: "EIO" })
    })
  )

  it(
    "can have no cause",
    in_([{ code: "EACCES", withoutCause: true }], async ({ fs }) => {
      const { cause, reason, tag } = await flip(fs.stat("/sound"))
      expect([tag, reason, cause]).toEqual(["SystemError", "PermissionDenied", undefined])
    })
  )
}

const ofRoots = (in_: In): void => {
  it(
    "strikes a root, at the path of the fault",
    in_([], async ({ inject, root }) => {
      await inject([{ path: "/disk/dir", code: "EIO" }])
      expect(await root.resolve("/way/file")).toMatchObject({
        error: { tag: "LookupFailed", code: "EIO", at: "/disk/dir" }
      })
      expect(await root.locate("/way/file")).toMatchObject({ deepest: "/", remaining: "way/file" })
      await inject([{ path: "/disk/dir/file", method: "resolve", nth: 2, code: "EACCES" }])
      const all = []
      for (let i = 0; i < 3; i++) all.push(await root.resolve("/way/file"))
      expect(all.map((result) => "ok" in result)).toEqual([true, false, true])
      await inject([{ code: "EIO" }])
      expect(await root.resolve("/sound")).toMatchObject({ error: { tag: "LookupFailed", at: "/sound" } })
    })
  )
}

const watching = async ({ fs }: OpenMemory, path: string, recursive: boolean): Promise<ReadonlyArray<object>> => {
  const events: Array<object> = []
  let tell = () => {}
  const four = new Promise<void>((resolve) => tell = resolve)
  const watch = fs.watch(path, { recursive }, (event) => {
    events.push(event)
    if (events.length === 4) tell()
  })
  // Nothing reports when a watch has started. In memory, it takes a few turns of the event loop.
  await later(10)
  await fs.writeFileString("/elsewhere", "x")
  await fs.writeFileString("/disk/dir/deep", "x")
  await fs.writeFileString("/disk/new", "x")
  await fs.chmod("/disk/new", 0o600)
  await fs.rename("/disk/new", "/disk/dir/moved")
  await fs.remove("/disk/other")
  await Promise.race([four, watch.ended])
  await watch.stop()
  return events.slice(0, 4)
}

const ofWatchers = (in_: In): void => {
  it(
    "reports changes in its directory by name",
    in_([], async (memory) => {
      expect(await watching(memory, "/disk", false)).toEqual([
        { type: "Create", path: "new" },
        { type: "Update", path: "new" },
        { type: "Update", path: "new" },
        { type: "Remove", path: "new" }
      ])
    })
  )

  it(
    "reports changes in subdirectories if it is recursive",
    in_([], async (memory) => {
      expect(await watching(memory, "/disk", true)).toEqual([
        { type: "Create", path: "dir/deep" },
        { type: "Update", path: "dir/deep" },
        { type: "Create", path: "new" },
        { type: "Update", path: "new" }
      ])
    })
  )

  it(
    "of a missing file fails",
    in_([], async ({ fs }) => {
      expect(await resultCode(fs.watch("/none", undefined, () => {}).ended)).toBe("ENOENT")
    })
  )
}

/** Defines the tests for the file system in memory of an edition. */
export const faults = (edition: PortableEdition): void => {
  const in_ = inTree(edition)
  describe("a fault", () => {
    ofPlaces(in_)
    ofTimes(in_)
    ofRoots(in_)
    directoryFaults(edition)
  })

  describe("the operations", () => {
    it(
      "are reported in order with their outcomes",
      in_([], async ({ fs, operations, root }) => {
        await fs.exists("/none")
        await fs.rename("/sound", "/way/moved")
        const opened = await fs.open("/way/moved")
        await opened.readAlloc(1)
        await root.resolve("/way/moved")
        await opened.close()
        expect(await operations()).toMatchObject([
          { method: "exists", path: "/none", outcome: "ok" },
          { method: "rename", path: "/sound", to: "/way/moved", outcome: "ok" },
          { method: "open", path: "/way/moved", outcome: "ok" },
          { method: "readAlloc", path: "/disk/dir/moved", outcome: "ok", read: 1 },
          { method: "resolve", path: "/way/moved", outcome: "ok" },
          { method: "close", path: "/disk/dir/moved", outcome: "ok" }
        ])
      })
    )
  })

  describe("a watcher", () => {
    ofWatchers(in_)
  })
}
