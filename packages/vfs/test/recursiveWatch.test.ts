/** Tests watches of directories with everything below them: what they watch and report, and when they release it. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { afterEach, describe, expect, it } from "vitest"
import { fail } from "../src/internal/errno.js"
import type { Node } from "../src/internal/memory/inode.js"
import { options } from "./failing.js"
import { built } from "./handles.js"
import { endWatches, listening, tree, watching, write } from "./toWatch.js"

afterEach(endWatches)

describe("a recursive watch", () => {
  it("reports names by their paths from the watched directory", () => {
    const { events, fs, watched } = watching("/w", true)
    expect(watched()).toBe(3)
    write(fs, "/w/d/e/f")
    write(fs, "/w/d/new")
    // First it was emptied, and then written.
    expect(events).toEqual(["Update d/e/f", "Update d/e/f", "Create d/new", "Update d/new"])
  })

  it("reports nothing of itself, and no attributes of directories", () => {
    const { events, fs } = watching("/w", true)
    fs.chmod("/w", 0o700)
    fs.chmod("/w/d/e", 0o700)
    expect(events.filter((event) => !event.startsWith("Update"))).toEqual([])
  })

  it("watches directories that appear, and what is already in them", () => {
    const { events, fs, watched } = watching("/w", true)
    fs.mkdir("/other/n", 0o700)
    fs.mkdir("/other/n/m", 0o700)
    fs.rename("/other", "/w/other")
    expect(watched()).toBe(6)
    write(fs, "/w/other/n/m/x")
    expect(events).toEqual([
      "Create other",
      "Create other/f",
      "Create other/n",
      "Create other/n/m",
      "Create other/n/m/x",
      "Update other/n/m/x"
    ])
  })

  it("stops watching directories that leave", () => {
    const { events, fs, watched } = watching("/w", true)
    fs.rename("/w/d", "/moved")
    expect(watched()).toBe(1)
    write(fs, "/moved/e/f")
    fs.mkdir("/w/d", 0o700)
    expect(watched()).toBe(2)
    write(fs, "/w/d/f")
    expect(events).toEqual(["Remove d", "Create d", "Create d/f", "Update d/f"])
  })

  it("watches the directory that has replaced another one", () => {
    const { events, fs, watched } = watching("/w", true, {
      files: { "/w/d/x": "", "/w/d/e/y": "", "/w/n": MemoryTree.directory() }
    })
    fs.rename("/w/d", "/gone")
    fs.rename("/w/n", "/w/d")
    expect(watched()).toBe(2)
    write(fs, "/gone/x")
    write(fs, "/w/d/z")
    expect(events).toEqual(["Remove d", "Remove n", "Create d", "Create d/z", "Update d/z"])
  })

  it("watches the directory that was put over another one", () => {
    const files = { "/w/d": MemoryTree.directory(), "/n/x": "" }
    const { events, fs, watched } = watching("/w", true, { files })
    fs.rename("/n", "/w/d")
    expect(watched()).toBe(2)
    write(fs, "/w/d/x")
    expect(events.at(0)).toBe("Create d")
    expect(events.slice(-2)).toEqual(["Update d/x", "Update d/x"])
  })

  it("looks names up only if they can be new directories", () => {
    const asked: Array<string> = []
    const { events, fs } = watching("/w", true, {
      operations: ({ child }) => ({
        child: (directory, name) => {
          asked.push(name)
          return child(directory, name)
        }
      })
    })
    asked.length = 0
    write(fs, "/w/f")
    fs.chmod("/w/f", 0o600)
    expect(asked).toEqual([])
    write(fs, "/w/n")
    expect(asked).toEqual(["n"])
    expect(events.at(-1)).toBe("Update n")
  })

  it("releases everything that it has found", () => {
    const held = new Map<Node, number>()
    const add = (node: Node, count: number): Node => {
      held.set(node, (held.get(node) ?? 0) + count)
      return node
    }
    const { fs, interrupt } = watching("/w", true, {
      operations: ({ child, watch }) => ({
        child: (directory, name) => add(child(directory, name), 1),
        watch: (inode, listener) => {
          const begun = watch(inode, listener)
          return { ...begun, handle: add(begun.handle, 1) }
        },
        release: (node) => void add(node, -1)
      })
    })
    fs.rename("/w/d", "/moved")
    fs.mkdir("/w/n", 0o700)
    fs.chmod("/w/n", 0o755)
    fs.rename("/moved", "/w/d")
    write(fs, "/w/d/e/x")
    interrupt()
    // The program that looked up the watched path itself has released that handle, which it did not get by `child`.
    const left = [...held].filter(([, count]) => count !== 0).map(([{ name }, count]) => [name, count])
    expect(left.filter(([name]) => name !== "w")).toEqual([])
  })

  it("releases the directory whose attributes an event needs, even if they cannot be read", () => {
    const { listeners, operations } = listening()
    let held = 0
    let isFailing = false
    const { exit } = watching("/w", true, {
      operations: (all) => ({
        child: (directory, name) => {
          held++
          return all.child(directory, name)
        },
        identity: (node) => isFailing ? fail("ESTALE") : all.identity(node),
        release: () => void held--,
        watch: (inode, listener) => {
          held++
          return operations(all).watch?.(inode, listener) ?? all.watch(inode, listener)
        }
      })
    })
    const before = held
    isFailing = true
    listeners[0]?.happened({ type: "rename", name: "d" })
    expect(exit()).toMatchObject({ error: { code: "ESTALE", syscall: "watch" } })
    expect([before, held]).toEqual([3, 0])
  })

  it("offers a turn of the event loop after 64 names", () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`/w/${i}`, ""]))
    const program = FileSystem.make(built(files).operations, options).watch("/w", true, () => true)
    let turns = 0
    let step = program.next()
    for (; step.done !== true && step.value._tag === "Turn"; step = program.next()) turns++
    expect(turns).toBe(2)
  })

  it("says once that it is ready, when it watches everything", () => {
    const begun: Array<readonly [name: string, ready: number]> = []
    let ready = 0
    const { fs } = watching("/w", true, {
      ready: () => ready++,
      operations: ({ watch }) => ({
        watch: (inode, listener) => {
          begun.push([inode.name, ready])
          return watch(inode, listener)
        }
      })
    })
    expect([begun, ready]).toEqual([[["w", 0], ["d", 0], ["e", 0]], 1])
    fs.mkdir("/w/n", 0o700)
    expect(ready).toBe(1)
  })

  it("watches a directory that is made when it says that it is ready", () => {
    const { events, fs } = watching("/w", true, { ready: (fs) => fs.mkdir("/w/n", 0o700) })
    write(fs, "/w/n/x")
    expect(events).toEqual(["Create n", "Create n/x", "Update n/x"])
  })

  it("waits for the next turn of the event loop after 64 names of a new directory", async () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`/other/n/${i}`, ""]))
    const { events, fs } = watching("/w", true, { files: { ...tree, ...files }, room: 200 })
    fs.rename("/other/n", "/w/n")
    // It also counts the names before.
    const first = events.length
    expect(first).toBeLessThanOrEqual(64)
    const next = () => new Promise<void>((resolve) => EventLoop.onNextTurn(resolve))
    await next()
    expect(events).toHaveLength(first + 64)
    await next()
    expect(events).toHaveLength(131)
  })

  it("does not report that a name of a new directory appears if it has already disappeared", async () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`/other/n/${i}`, ""]))
    const { events, fs } = watching("/w", true, { files: { ...tree, ...files }, room: 200 })
    fs.rename("/other/n", "/w/n")
    expect(events).not.toContain("Create n/99")
    fs.unlink("/w/n/99")
    for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => EventLoop.onNextTurn(resolve))
    expect(events).toContain("Create n/98")
    expect(events.filter((event) => event.endsWith(" n/99"))).toEqual(["Remove n/99"])
  })

  it("fails where the paths of names would be too long for any operation", () => {
    const long = (name: string) => `/${name.repeat(200)}`
    const deep = `/w${long("n").repeat(19)}`
    const files = { [`${deep}/f`]: "", [`/top${long("x")}/f`]: "", [`/top${long("y")}${long("z")}/f`]: "" }
    const { exit, fs, watched } = watching("/w", true, { files })
    fs.rename(`/top${long("x")}`, deep + long("x"))
    expect([exit(), watched()]).toEqual([undefined, 21])
    fs.rename(`/top${long("y")}`, deep + long("y"))
    expect(exit()).toMatchObject({ error: { code: "ENAMETOOLONG", syscall: "watch" } })
    expect(watched()).toBe(0)
  })

  it("fails with the path of the directory that cannot be watched, and watches nothing then", () => {
    const failing = (path: string) =>
      watching(path, true, {
        operations: ({ readdir }) => ({ readdir: (inode) => inode.name === "e" ? fail("EACCES") : readdir(inode) })
      })
    for (const [path, expected] of [["/w/", "/w/d/e"], ["/", "/w/d/e"], ["l/d/e", "l/d/e"]] as const) {
      const { exit, watched } = failing(path)
      expect(exit()).toMatchObject({ error: { code: "EACCES", syscall: "watch", paths: [expected] } })
      expect(watched()).toBe(0)
    }
  })
})

/** Watches a directory with many names, up to the first turn of the event loop that it offers. */
const halfway = () => {
  const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`/w/d/${i}`, ""]))
  const { operations } = built(files)
  const { listeners, operations: listened } = listening()
  const asked: Array<string> = []
  const stopped: Array<string> = []
  const watch: typeof operations.watch = (inode, listener) => ({
    ...operations.watch(inode, listener),
    stop: () => stopped.push(inode.name)
  })
  const fs = FileSystem.make({
    ...operations,
    ...listened({ ...operations, watch }),
    child: (directory, name) => {
      asked.push(`${directory.name}/${name}`)
      return operations.child(directory, name)
    }
  }, options)
  const events: Array<string> = []
  const program = fs.watch("/w", true, ({ name, type }) => events.push(`${type} ${name}`) > 0)
  for (let step = program.next(); step.done !== true && step.value._tag !== "Turn";) step = program.next()
  return { asked, events, fs, listeners, program, stopped }
}

describe("a watch that has not yet found all directories", () => {
  it("does not look for names in a directory that has left", () => {
    const { asked, events, fs, program } = halfway()
    fs.rename("/w/d", "/gone")
    asked.length = 0
    // It goes on with the name at which it stopped.
    for (let step = program.next(); step.done !== true && step.value._tag === "Turn";) step = program.next()
    expect([events, asked]).toEqual([["Remove d"], [expect.stringMatching(/^gone\/\d+$/), "w/d"]])
  })

  it("reports the names that a new directory gets before it is watched", () => {
    const { events, fs, program } = halfway()
    fs.mkdir("/w/new", 0o700)
    fs.mkdir("/w/new/d", 0o700)
    write(fs, "/w/new/d/f")
    expect(events).toEqual(["Create new"])
    for (let step = program.next(); step.done !== true && step.value._tag === "Turn";) step = program.next()
    expect(events).toEqual(["Create new", "Create new/d", "Create new/d/f"])
  })

  it("reports these names once, even if there were two events of the directory", () => {
    const { events, fs, program } = halfway()
    fs.mkdir("/w/new", 0o700)
    fs.chmod("/w/new", 0o755)
    write(fs, "/w/new/f")
    for (let step = program.next(); step.done !== true && step.value._tag === "Turn";) step = program.next()
    expect(events).toEqual(["Create new", "Create new", "Create new/f"])
  })

  it("stops its watchers when one of them fails, and not only when it can end", () => {
    const { listeners, stopped } = halfway()
    listeners[0]?.failed(Errno.make("EOVERFLOW"))
    expect(stopped.toSorted()).toEqual(["d", "w"])
  })

  it("reports nothing after a failure, even before it can end", () => {
    const { events, listeners, program } = halfway()
    listeners[0]?.failed(Errno.make("EIO"))
    listeners[0]?.failed(Errno.make("EPERM"))
    listeners[0]?.happened({ type: "change", name: "late" })
    expect(events).toEqual([])
    expect(() => program.next()).toThrow(expect.objectContaining({ code: "EIO", syscall: "watch", paths: ["/w"] }))
  })
})
