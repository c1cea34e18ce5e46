/** Tests watches: which directories they watch, what they report, and how they end. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { afterEach, describe, expect, it } from "vitest"
import { fail } from "../src/internal/errno.js"
import { options } from "./failing.js"
import { built } from "./handles.js"
import { endWatches, listening, watching, write } from "./toWatch.js"

const { runSync } = Program

afterEach(endWatches)

describe("a watched directory", () => {
  it("reports names that appear, change and disappear", () => {
    const { events, fs, watched } = watching("/l", false)
    write(fs, "/w/new")
    fs.rename("/w/new", "/w/old")
    runSync(fs.remove("/w/old"))
    write(fs, "/w/f")
    write(fs, "/w/d/below")
    write(fs, "/other/f")
    fs.mkdir("/w/dir", 0o700)
    write(fs, "/w/dir/below")
    runSync(fs.remove("/w/dir", { recursive: true }))
    expect(watched()).toBe(1)
    expect(events).toEqual([
      "Create new",
      "Update new",
      "Remove new",
      "Create old",
      "Remove old",
      "Update f",
      "Update f",
      "Create dir",
      "Remove dir"
    ])
  })

  it("reports what happens to itself by its last name, unless the path ends with a slash", () => {
    // The kernel marks events of directories (`IN_ISDIR`), so Node does not report new attributes as a change.
    for (const [path, expected] of [["/w/d", ["Create d"]], ["/w/d/", []]] as const) {
      const { events, fs } = watching(path, false)
      fs.chmod("/w/d", 0o700)
      expect(events).toEqual(expected)
    }
    const { events, fs } = watching("/w/d", false)
    fs.rename("/w/d", "/w/moved")
    fs.rename("/w/moved", "/w/d")
    fs.rename("/w", "/gone")
    expect(events).toEqual(["Remove d", "Create d"])
  })

  it("reports itself as removed if a directory before it is not one any more", () => {
    const { events, fs } = watching("/w/d", false)
    fs.rename("/w", "/gone")
    write(fs, "/w")
    fs.chmod("/gone/d", 0o700)
    fs.rename("/gone/d", "/gone/moved")
    expect(events).toEqual(["Remove d", "Remove d"])
  })
})

describe("a path that leads elsewhere", () => {
  it("is reported as missing if it is a loop now", () => {
    const { events, fs } = watching("/w", false)
    fs.rename("/w", "/gone")
    fs.symlink("w", "/w")
    fs.rename("/gone", "/moved")
    expect(events).toEqual(["Remove w", "Remove w"])
  })

  it("is reported as missing if the policy forbids to follow it now", () => {
    for (const policy of [{ containment: "beneath" }, { symlinks: "forbid" }] as const) {
      const { events, exit, fs } = watching("w", false, { policy })
      fs.rename("w", "gone")
      fs.symlink("/gone", "w")
      fs.chmod("gone", 0o700)
      expect([exit(), events]).toEqual([undefined, ["Remove w", "Remove w"]])
    }
  })

  it("is a failure if it cannot be looked up any more", () => {
    const { listeners, operations } = listening()
    let isBroken = false
    const { exit } = watching("/w", false, {
      operations: (all) => ({
        ...operations(all),
        lookup: (asked, own) => isBroken ? { _tag: "Fault", cause: Errno.make("EIO") } : all.lookup(asked, own)
      })
    })
    isBroken = true
    listeners[0]?.happened({ type: "rename", name: undefined })
    expect(exit()).toMatchObject({ error: { code: "EIO", syscall: "stat", paths: ["/w"] } })
  })
})

describe("a watched file", () => {
  it("reports its changes, and its end", () => {
    const { events, fs } = watching("/w/f", true)
    write(fs, "/w/f")
    runSync(fs.remove("/w/f"))
    expect(events.slice(0, 2)).toEqual(["Update f", "Update f"])
    expect(events.at(-1)).toBe("Remove f")
  })
})

describe("a watch", () => {
  it("ends with EOVERFLOW when there is no room for events, and watches nothing then", () => {
    const { events, exit, fs, watched } = watching("/w", true, { room: 1 })
    write(fs, "/w/a")
    write(fs, "/w/d/b")
    expect(events).toEqual(["Create a"])
    expect(exit()).toMatchObject({ error: { code: "EOVERFLOW", syscall: "watch", paths: ["/w"] } })
    expect(watched()).toBe(0)
  })

  it("watches nothing after it was interrupted", () => {
    const { events, exit, fs, interrupt, watched } = watching("/w", true)
    interrupt()
    expect([exit(), watched()]).toEqual(["Interrupted", 0])
    write(fs, "/w/a")
    expect(events).toEqual([])
  })

  it("reports nothing more if it is interrupted when it reports a change", () => {
    const { events, fs, interrupt } = watching("/w/f", false, {
      changed: ({ type }) => {
        if (type === "Remove") interrupt()
      }
    })
    runSync(fs.remove("/w/f")) // is reported twice, to a watch that goes on
    expect(events).toEqual(["Update f", "Remove f"])
  })

  it("fails if there is nothing to watch", () => {
    const failing = () => watching("/nothing", false)
    expect(failing).toThrow(expect.objectContaining({ code: "ENOENT", syscall: "stat", paths: ["/nothing"] }))
  })

  it("fails if the user may not read what is watched", () => {
    const files = { "/d": MemoryTree.directory({ mode: 0o333 }), "/f": MemoryTree.file("", { mode: 0o640 }) }
    const fs = FileSystem.make(built(files, { uid: 7, gid: 7 }).operations, options)
    for (const path of ["/d", "/f"]) {
      expect(() => fs.watch(path, false, () => true)).toThrow(
        expect.objectContaining({ code: "EACCES", syscall: "watch", paths: [path] })
      )
    }
  })

  it("ends with the failure of a watcher, and reports nothing after it", () => {
    const { listeners, operations } = listening()
    const { events, exit, fs, watched } = watching("/w", true, { operations })
    listeners[1]?.failed(Errno.make("EIO"))
    expect(exit()).toMatchObject({ error: { code: "EIO", syscall: "watch", paths: ["/w"] } })
    expect(watched()).toBe(0)
    listeners[0]?.happened({ type: "rename", name: "late" })
    write(fs, "/w/late")
    expect(events).toEqual([])
  })

  it("ends with the failure of a lookup that an event needs", () => {
    const { listeners, operations } = listening()
    const { exit } = watching("/w", false, { operations: (all) => ({ ...operations(all), peek: () => fail("EIO") }) })
    listeners[0]?.happened({ type: "rename", name: "f" })
    expect(exit()).toMatchObject({ error: { code: "EIO", syscall: "watch" } })
  })

  it("goes on if a directory disappears before it is listed, and ends with other failures of that", () => {
    for (const [code, expected] of [["ENOENT", undefined], ["EACCES", { error: { code: "EACCES" } }]] as const) {
      const { exit } = watching("/w", true, {
        operations: ({ readdir }) => ({
          readdir: (inode) => {
            if (inode.name === "d") throw Errno.make(code)
            return readdir(inode)
          }
        })
      })
      if (expected === undefined) expect(exit()).toBeUndefined()
      else expect(exit()).toMatchObject(expected)
    }
  })
})
