/** Tests crashes after sequences of calls: chosen by seeds, after random calls, and at each step of an atomic write. */
import { describe, expect, it } from "vitest"
import * as Errno from "../src/Errno.js"
import type * as MemoryTree from "../src/MemoryTree.js"
import * as Program from "../src/Program.js"
import { A, at, B, brief, bytesOf, open, rename, seen, sync, write } from "./crashing.js"
import { observing } from "./memory.js"

/** Returns random whole numbers below `count`, the same ones for the same seed. */
const belowOf = (seed: number) => {
  let state = seed
  return (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
}

describe("a seed", () => {
  const history = (): MemoryTree.Memory => {
    const memory = open({ "/d/file": A + A, "/d/other": "other" })
    at(memory, "/d/file", 4000, "x".repeat(200))
    write(memory, "/d/new", "new")
    memory.now = 1000
    rename(memory, "/d/new", "/d/other")
    at(memory, "/d/other", 1, "EW!")
    return memory
  }
  const texts = (trees: ReadonlyArray<object>) => [...new Set(trees.map((tree) => JSON.stringify(tree)))].toSorted()

  it("chooses the same tree each time", () => {
    const [one, two] = [history(), history()]
    for (let seed = 0; seed < 50; seed++) expect(one.crash({ seed })).toEqual(two.crash({ seed }))
    expect(one.crash()).toEqual(one.crash({ seed: 0 }))
  })

  it("chooses every possible tree for some seed, and no other", () => {
    const memory = history()
    const chosen = Array.from({ length: 2000 }, (_, seed) => memory.crash({ seed }))
    expect(texts(chosen)).toEqual(texts(memory.crashes()))
  })
})

describe("random calls", () => {
  const names = ["/a", "/b", "/d/a", "/d/b", "/e", "/e/a"]
  const texts = ["", "x", "yz", "1234"]
  const limit = 300

  const call = (memory: MemoryTree.Memory, below: (count: number) => number): string => {
    const { fileSystem } = memory
    const pick = <A>(values: ReadonlyArray<A>): A => values[below(values.length)] as A // there are some
    const [path, other] = [pick(names), pick(names)]
    const calls = {
      write: () => write(memory, path, pick(texts)),
      at: () => at(memory, path, pick([0, 1, 4094, 8000]), pick(texts)),
      truncate: () => Program.runSync(fileSystem.truncate(path, below(3))),
      rename: () => fileSystem.rename(path, other),
      link: () => fileSystem.link(path, other),
      unlink: () => fileSystem.unlink(path),
      mkdir: () => fileSystem.mkdir(path, 0o755),
      rmdir: () => fileSystem.rmdir(path),
      symlink: () => fileSystem.symlink("a", path),
      chmod: () => fileSystem.chmod(path, pick([0o600, 0o644])),
      sync: () => sync(memory, pick([path, "/", "/d"]))
    }
    const name = pick(Object.keys(calls) as Array<keyof typeof calls>) // the keys of `calls`
    memory.now += below(2)
    try {
      calls[name]()
    } catch (error) {
      if (!Errno.isErrno(error)) throw error
    }
    return name
  }

  const textsOf = (trees: ReadonlyArray<MemoryTree.Tree>): ReadonlySet<string> =>
    new Set(trees.map((tree) => brief(JSON.stringify(tree).replaceAll("\\u0000", "0"))))

  const attempt = <A>(run: () => A): A | undefined => {
    try {
      return run()
    } catch (error) {
      if (error instanceof TypeError && error.message.includes("sync earlier")) return undefined
      throw error
    }
  }

  it("only add possible trees, syncs only remove some, and the current tree is always one of them", () => {
    const counts = { added: 0, taken: 0 }
    for (let seed = 1; seed <= 150; seed++) {
      const below = belowOf(seed)
      const memory = open({ "/a": "aaa", "/d/a": A, "/d/b": "b" })
      let before = textsOf(memory.crashes())
      for (let calls = 0; calls < 12; calls++) {
        const name = call(memory, below)
        const trees = attempt(() => memory.crashes({ limit }))
        if (trees === undefined) break
        const after = textsOf(trees)
        const [less, more] = name === "sync" ? [after, before] : [before, after]
        expect({ seed, calls, name, lost: [...less].filter((tree) => !more.has(tree)) }).toMatchObject({ lost: [] })
        expect(after.has([...textsOf([memory.snapshot()])].join())).toBe(true)
        expect(after.has([...textsOf([memory.crash({ seed })])].join())).toBe(true)
        if (more.size > less.size) counts[name === "sync" ? "taken" : "added"]++
        before = after
      }
    }
    expect(counts.added).toBeGreaterThan(200)
    expect(counts.taken).toBeGreaterThan(20)
  })
})

describe("writeFileAtomic", () => {
  /** Calls `look` before each step. */
  const watching = (memory: MemoryTree.Memory, look: (step: string) => void): void => {
    memory.steps.listener = observing(look)
  }

  it.each([
    ["old", "new"],
    ["old", A + B + A],
    [A + A, "new"],
    [A + A, ""],
    ["-", "new"]
  ])("leaves the old or the new file, no matter when the power fails (%#)", (old, text) => {
    const memory = open({ "/d/other": "other", ...(old === "-" ? {} : { "/d/file": old }) })
    const found = new Map<string, ReadonlyArray<string>>()
    watching(memory, (step) => {
      const trees = memory.crashes()
      found.set(step, seen(trees, "/d/file"))
      expect(seen(trees, "/d/other")).toEqual(["other"])
    })
    Program.runSync(memory.fileSystem.rootDirectory.writeFileAtomic("/d/file", bytesOf(text)))
    const either = [brief(old), brief(text)].toSorted()
    expect([...found.keys()]).toEqual(expect.arrayContaining(["open", "fsync", "rename", "close"]))
    expect(new Set([...found.values()].flat())).toEqual(new Set(either))
    expect(found.get("rename")).toEqual([brief(old)])
    expect(found.get("fsync")).toEqual(either)
    expect(seen(memory.crashes(), "/d/file")).toEqual([brief(text)])
    expect(memory.crashes()).toEqual([memory.snapshot()])
  })

  it("leaves only what the next call replaces or removes", () => {
    const memory = open({ "/d/file": "old" })
    const trees: Array<MemoryTree.Tree> = []
    watching(memory, () => trees.push(...memory.crashes()))
    Program.runSync(memory.fileSystem.rootDirectory.writeFileAtomic("/d/file", bytesOf("new")))
    for (const tree of trees) {
      const next = open(tree)
      Program.runSync(next.fileSystem.rootDirectory.writeFileAtomic("/d/file", bytesOf("newer")))
      expect(Object.keys(next.snapshot())).toEqual(["/", "/d", "/d/file"])
    }
  })
})
