import { suites } from "@procfsroot/testkit/cases"
import { MemoryTree } from "@procfsroot/vfs"
import { describe, expect, it } from "vitest"
import { stateOf } from "../../walk/cases.js"
import { decode, encode } from "../../walk/link.js"
import { type State, walk, type Walked } from "../../walk/model.js"
import { read, write } from "../../walk/names.js"
import { plant, type Planted, print, type Problem } from "../../walk/treeText.js"

const planted = (text: string): Planted => {
  const made = plant(text)
  if (!("memory" in made)) throw new Error(made.map(({ message }) => message).join("\n"))
  return made
}

const problems = (text: string): ReadonlyArray<Problem> => {
  const made = plant(text)
  return "memory" in made ? [] : made
}

const walked = ({ path, policy, tree }: Omit<State, "step">): Walked => walk(planted(tree), path, policy)

const answerOf = ({ answer: { failure, path } }: Walked): object =>
  failure === undefined ? { ok: path } : { errno: failure.code }

describe("the table of cases", () => {
  it.each(suites)("$name has the expected results, even after a round trip through a link", async (suite) => {
    for (const testCase of suite.cases) {
      const state = stateOf(suite, testCase)
      const shared = await decode(await encode(state))
      expect(shared).toEqual(state)
      const result = walked(shared ?? state)
      expect({ id: testCase.id, answer: answerOf(result) }).toEqual({ id: testCase.id, answer: testCase.expect })
      if (testCase.partial !== undefined) expect(result.answer.location).toEqual(testCase.partial)
    }
  })
})

const tree = `/usr/bin/env
/bin -> usr/bin
/up -> ../../usr
/a -> b
/b -> /a`

const told = (path: string, policy: State["policy"] = {}) => walked({ tree, path, policy }).steps

describe("steps", () => {
  it("describe what each component did", () => {
    expect(told("/bin/env").map(({ sentence }) => sentence)).toEqual([
      "The walk starts at the root.",
      "\"bin\" in \"/\" is a link to \"usr/bin\". Its target is walked next, from \"/\".",
      "\"usr\" in \"/\" is a directory. It is held as handle 4.",
      "\"bin\" in \"/usr\" is a directory. It is held as handle 5. Nothing is left of the target of \"/bin\".",
      "\"env\" in \"/usr/bin\" is a file. It is held as handle 6.",
      "The path leads to \"/usr/bin/env\", a file."
    ])
  })

  it("contain what is held and what is left", () => {
    const step = told("/up/bin/..")[4]
    expect(step).toMatchObject({
      tag: "Entered",
      held: [{ path: "/", handle: 3 }, { path: "/usr", handle: 4 }],
      texts: [{ text: "/up/bin/..", start: 4, offset: 4 }],
      links: 1
    })
    expect(told("/up/bin/..").map(({ tag }) => tag))
      .toEqual(["Started", "Followed", "Clamped", "Clamped", "Entered", "Entered", "Returned", "Resolved"])
    expect(told("/usr/bin/../bin").at(-1)?.held.map(({ handle }) => handle)).toEqual([3, 4, 5])
  })

  it("end with the message of the error", () => {
    expect(told("/a").at(-1)).toMatchObject({
      tag: "Failed",
      sentence: `"/a" cannot be resolved in the root "/": its links form a loop, "/a" → "/b" → "/a" (ELOOP).`
    })
    expect(told("x\0").at(-1)?.sentence).toContain("NUL")
    expect(told("").at(-1)?.sentence).toContain("an empty path")
  })

  it("are limited in number", () => {
    const { answer, skipped, steps } = walked({
      tree: Array.from({ length: 12 }, (_, i) => `/l${i} -> ${i === 0 ? "." : `l${i - 1}/l${i - 1}`}`).join("\n"),
      path: "/l11",
      policy: { maxSymlinks: 10_000 }
    })
    expect(answer.path).toBe("/")
    expect(steps.length).toBeLessThan(1100)
    expect(skipped).toBeGreaterThan(1000)
  })
})

/** Names that could get lost in a line of text. */
const strange = [
  "a -> b",
  "a ->",
  "->",
  "a|",
  "a=",
  "a)",
  " (mount)",
  "x (mount)",
  " a ",
  "a\u00a0",
  "\u3000",
  "a\\nb",
  "a\nb",
  "\\",
  "\udcff\udc80",
  "é\udce9",
  "\u202e",
  "#",
  "\t",
  "\u2028",
  "\ufeff",
  "__proto__",
  "a\u{1f600}",
  "\\x41",
  "\\u{41}"
]

describe("trees as text", () => {
  it("keep every name, type and target", () => {
    const entries: Record<string, MemoryTree.Entry> = { "/": MemoryTree.directory() }
    for (const name of strange) {
      entries[`/file/${name}`] = MemoryTree.file("")
      entries[`/fifo/${name}`] = MemoryTree.fifo()
      entries[`/socket/${name}`] = MemoryTree.socket()
      entries[`/empty/${name}`] = MemoryTree.directory()
      entries[`/mount/${name}`] = MemoryTree.mount()
      entries[`/full/${name}/x`] = MemoryTree.file("")
      entries[`/link/${name}`] = MemoryTree.link(name)
    }
    const made = MemoryTree.make(entries)
    if (made._tag === "Invalid") throw new Error(made.why)
    const snapshot = made.snapshot()
    expect(planted(print(snapshot)).memory.snapshot()).toEqual(snapshot)
  })

  it("show a hard link like the file that it refers to", () => {
    expect(print({ "/a": MemoryTree.link("b"), "/c": MemoryTree.hardLink("/a") })).toBe("/a -> b\n/c -> b")
  })

  it("are reported with the line of each problem", () => {
    expect(problems("/a\n\n/a")).toEqual([{ line: 3, message: "line 1 has the same path." }])
    expect(problems("/a\\q")).toMatchObject([{ line: 1 }])
    expect(problems("/a ->")).toMatchObject([{ line: 1, message: expect.stringContaining("a link needs a target") }])
    expect(problems("/a\n/a/b")).toMatchObject([{ line: 2, message: expect.stringContaining("not a directory") }])
    expect(problems("/a/../b")).toMatchObject([{ line: 1 }])
  })
})

describe("names as text", () => {
  it("are read back unchanged", () => {
    for (const name of strange) expect(read(write(name))).toEqual({ name })
    expect(write("é\udcff\n\\")).toBe("é\\xff\\n\\\\")
  })

  it("can be written as bytes", () => {
    expect(read("\\xc3\\xa9\\xff")).toEqual({ name: "é\udcff" })
    expect(read("\\u{d800}")).toEqual({ name: "\ud800" })
    for (const text of ["\\", "\\x4", "\\u{110000}", "\\q"]) expect(read(text)).toHaveProperty("why")
  })
})

describe("links", () => {
  it("keep the whole state", async () => {
    const state: State = {
      tree: strange.join("\n"),
      path: "\udcff\ud800\0",
      policy: { missing: "tail", from: "/\udcff" },
      step: 7
    }
    expect(await decode(await encode(state))).toEqual(state)
    const large = { ...state, tree: Array.from({ length: 50_000 }, (_, i) => `/usr/lib/${i * 7919}`).join("\n") }
    expect(await decode(await encode(large))).toEqual(large)
  })

  it("that are damaged are ignored", async () => {
    const link = await encode({ tree: "/a", path: "/a", policy: {}, step: 0 })
    for (const text of ["", "intro", "1.", "1.!", `2.${link.slice(2)}`, link.slice(0, -4)]) {
      expect(await decode(text)).toBeUndefined()
    }
    // The policy in a link made by somebody else.
    const wrong: ReadonlyArray<object> = [
      { containment: "none" },
      { maxSymlinks: -1 },
      { from: "" },
      { toString: "x" },
      { missing: undefined, symlinks: null }
    ]
    for (const policy of wrong) {
      expect(await decode(await encode({ tree: "", path: "", policy, step: 0 }))).toBeUndefined()
    }
  })
})
