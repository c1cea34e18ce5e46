/** Tests under which names changes of open files are reported, and when a watched file is reported as gone. */
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { flagsOf } from "../src/internal/openFlags.js"
import { options } from "./failing.js"
import { built } from "./handles.js"
import { nodeAt } from "./memory.js"

const { runSync } = Program

const tree: MemoryTree.Tree = { "/d/f": "content", "/e": MemoryTree.directory(), "/a/b/c/f": "" }

const scene = () => {
  const { operations, root } = built(tree)
  return {
    fs: FileSystem.make(operations, options),
    /** Returns the events of a file or directory, as `inotify(7)` reports them. */
    watch: (path: string) => {
      const events: Array<string> = []
      const listener = {
        happened: ({ name, type }: { readonly type: string; readonly name: string | undefined }) =>
          void events.push(name === undefined ? type : `${type} ${name}`),
        failed: (error: unknown) => {
          throw error
        }
      }
      const { stop } = operations.watch(nodeAt(root, path), listener)
      /** The events since they were last asked for. */
      return { stop, events: () => events.splice(0) }
    },
    /**
     * Opens a file or a directory, and returns functions that change and close it. `meanwhile` runs after it was found.
     */
    open: (path: string, meanwhile: () => void = () => {}) => {
      const node = nodeAt(root, path)
      meanwhile()
      const file = operations.openInode(node, flagsOf("r"))
      return {
        change: () => operations.files.chmod(file, 0o700),
        close: () => operations.files.close(file, false)
      }
    }
  }
}

describe("a change through an open file", () => {
  it("is reported under the name with which it was opened", () => {
    const { fs, open, watch } = scene()
    fs.link("/d/f", "/d/g")
    const [f, g] = [open("/d/f"), open("/d/g")]
    const { events } = watch("/d")
    f.change()
    g.change()
    f.change()
    expect(events()).toEqual(["change f", "change g", "change f"])
  })

  it("is reported under the new name after the file was renamed", () => {
    const { fs, open, watch } = scene()
    const file = open("/d/f")
    const [d, e] = [watch("/d"), watch("/e")]
    fs.rename("/d/f", "/d/g")
    file.change()
    expect(d.events()).toEqual(["rename f", "rename g", "change g"])
    fs.rename("/d/g", "/e/h")
    file.change()
    expect([d.events(), e.events()]).toEqual([["rename g"], ["rename h", "change h"]])
  })

  it("is reported under its name even if another name was moved", () => {
    const { fs, open, watch } = scene()
    fs.link("/d/f", "/d/g")
    fs.link("/d/f", "/e/f")
    const file = open("/d/f")
    fs.rename("/d/g", "/d/moved")
    fs.rename("/e/f", "/e/moved")
    const { events } = watch("/d")
    file.change()
    expect(events()).toEqual(["change f"])
  })

  it("is reported under a name that was removed", () => {
    const { fs, open, watch } = scene()
    const file = open("/d/f")
    const { events } = watch("/d")
    runSync(fs.remove("/d/f"))
    file.change()
    expect(events()).toEqual(["rename f", "change f"])
  })

  it("is not reported under a new name like one that was removed", () => {
    const { fs, open, watch } = scene()
    fs.link("/d/f", "/d/g")
    const old = open("/d/f")
    runSync(fs.remove("/d/f"))
    fs.link("/d/g", "/d/f")
    const young = open("/d/f")
    const { events } = watch("/d")
    fs.rename("/d/f", "/d/h")
    events()
    old.change()
    young.change()
    expect(events()).toEqual(["change f", "change h"])
  })

  it("is reported under a name that was removed before it was opened", () => {
    const { fs, open, watch } = scene()
    fs.link("/d/f", "/d/g")
    const file = open("/d/f", () => runSync(fs.remove("/d/f")))
    fs.link("/d/g", "/d/f")
    fs.rename("/d/f", "/d/h")
    const { events } = watch("/d")
    file.change()
    expect(events()).toEqual(["change f"])
  })

  it("of a directory is reported in the one that contains it, until it was removed", () => {
    const { fs, open, watch } = scene()
    const directory = open("/e")
    const [top, own] = [watch("/"), watch("/e")]
    directory.change()
    fs.rename("/e", "/d/e")
    const d = watch("/d")
    directory.change()
    runSync(fs.remove("/d/e", { recursive: true }))
    directory.change()
    expect(top.events()).toEqual(["rename e", "rename e"])
    expect(d.events()).toEqual(["rename e", "rename e"])
    expect(own.events()).toEqual(["rename", "rename", "rename", "rename"])
  })

  it("of the root is reported nowhere else", () => {
    const { open, watch } = scene()
    const directory = open("/")
    const { events } = watch("/")
    directory.change()
    directory.close()
    expect(events()).toEqual(["rename"])
  })
})

/** It is reported twice: it was removed (`IN_DELETE_SELF`), and its watch ends (`IN_IGNORED`). */
const gone = ["rename", "rename"]

describe("a watched file", () => {
  it("is gone with its last name", () => {
    const { fs, watch } = scene()
    const { events } = watch("/d/f")
    fs.link("/d/f", "/e/g")
    expect(events()).toEqual(["change"])
    runSync(fs.remove("/d/f"))
    expect(events()).toEqual(["change"])
    runSync(fs.remove("/e/g"))
    expect(events()).toEqual(["change", ...gone])
  })

  it("is gone when it was closed as often as it was opened", () => {
    const { fs, open, watch } = scene()
    const files = [open("/d/f"), open("/d/f")]
    const { events } = watch("/d/f")
    runSync(fs.remove("/d/f"))
    expect(events()).toEqual(["change"])
    files[0]?.close()
    expect(events()).toEqual([])
    files[1]?.close()
    expect(events()).toEqual(gone)
  })

  it("is not gone when it is closed, but still has a name", () => {
    const { fs, open, watch } = scene()
    fs.link("/d/f", "/e/g")
    const file = open("/d/f")
    const { events } = watch("/d/f")
    runSync(fs.remove("/d/f"))
    file.close()
    expect(events()).toEqual(["change"])
    open("/e/g").close()
    expect(events()).toEqual([])
  })

  it("is gone when its last name is removed, even if it is open under another one", () => {
    const { fs, open, watch } = scene()
    fs.link("/d/f", "/e/g")
    const file = open("/d/f")
    const { events } = watch("/d/f")
    runSync(fs.remove("/d/f"))
    runSync(fs.remove("/e/g"))
    expect(events()).toEqual(["change", "change", ...gone])
    file.close()
    expect(events()).toEqual([])
  })

  it("is gone when another one replaces it, or when that was closed", () => {
    for (const isOpen of [false, true]) {
      const { fs, open, watch } = scene()
      fs.link("/a/b/c/f", "/e/new")
      const file = isOpen ? open("/d/f") : undefined
      const [replaced, moved] = [watch("/d/f"), watch("/e/new")]
      fs.rename("/e/new", "/d/f")
      expect(replaced.events()).toEqual(isOpen ? ["change"] : ["change", ...gone])
      expect(moved.events()).toEqual(["rename"])
      file?.close()
      expect(replaced.events()).toEqual(isOpen ? gone : [])
      expect(moved.events()).toEqual([])
    }
  })

  it("is not reported after the watch was stopped", () => {
    const { open, watch } = scene()
    const { events, stop } = watch("/d/f")
    stop()
    open("/d/f").change()
    expect(events()).toEqual([])
  })
})

describe("a watched directory", () => {
  it("is gone when it was closed", () => {
    const { fs, open, watch } = scene()
    const directory = open("/e")
    const { events } = watch("/e")
    runSync(fs.remove("/e", { recursive: true }))
    expect(events()).toEqual([])
    directory.close()
    expect(events()).toEqual(gone)
  })

  it("is gone when all files that were open in it are closed", () => {
    const { fs, open, watch } = scene()
    const files = [open("/a/b/c/f"), open("/a/b/c")]
    const [a, b, c] = [watch("/a"), watch("/a/b"), watch("/a/b/c")]
    runSync(fs.remove("/a", { recursive: true }))
    const events = () => [a.events(), b.events(), c.events()]
    expect(events()).toEqual([["rename b"], ["rename c"], ["rename f"]])
    files[1]?.close()
    expect(events()).toEqual([[], [], []])
    files[0]?.close()
    expect(events()).toEqual([gone, gone, gone])
  })

  it("does not wait for a file that has left it", () => {
    const { fs, open, watch } = scene()
    const file = open("/a/b/c/f")
    const [c, e] = [watch("/a/b/c"), watch("/e")]
    fs.rename("/a/b/c/f", "/e/f")
    runSync(fs.remove("/a/b/c", { recursive: true }))
    expect(c.events()).toEqual(["rename f", ...gone])
    runSync(fs.remove("/e", { recursive: true }))
    expect(e.events()).toEqual(["rename f", "rename f"])
    file.close()
    expect(e.events()).toEqual(gone)
  })

  it("is gone when it is removed after all was closed, in any order", () => {
    for (const order of [[0, 1], [1, 0]]) {
      const { fs, open, watch } = scene()
      const files = [open("/d"), open("/d/f")]
      const { events } = watch("/d")
      for (const i of order) files[i]?.close()
      runSync(fs.remove("/d", { recursive: true }))
      expect(events()).toEqual(["rename f", ...gone])
    }
  })

  it("is not gone when a file that was open in it is closed", () => {
    const { open, watch } = scene()
    const file = open("/d/f")
    const { events } = watch("/d")
    file.close()
    expect(events()).toEqual([])
  })
})
