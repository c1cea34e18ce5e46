/** Tests which container a text selects. */
import { describe, expect, it } from "vitest"
import type { Container } from "../../src/containers/find.js"
import { AmbiguousContainer, NoSuchContainer, select, selectors } from "../../src/containers/select.js"

const id = (start: string): string => start.padEnd(64, "0")

const container = (pid: number, more: Partial<Container>): Container => ({
  pid,
  startTime: pid,
  command: "sleep",
  runtime: "docker",
  processes: 1,
  unreadable: [],
  ...more
})

const list: ReadonlyArray<Container> = [
  container(1, { runtime: "host" }),
  container(2, { name: "web", id: id("abcd1") }),
  container(3, { name: "web", id: id("abcd1"), inside: 2 }),
  container(4, { name: "app", pod: "web-0", namespace: "shop", id: id("abcd2") }),
  container(5, { name: "app", pod: "web-0", namespace: "test", id: id("ef01") }),
  container(6, { name: "app", pod: "web-1", namespace: "test", id: id("ef02") }),
  container(7, { name: "abcd1", id: id("9999") }),
  container(8, { name: id("ef01"), id: id("8888") }),
  container(9, { runtime: "incus", name: "db", namespace: "shop" })
]

const failure = (text: string, from = list): unknown => {
  try {
    return select(from, text)
  } catch (error) {
    return error
  }
}

describe("select finds a container by", () => {
  it.each([
    ["its name", "web", 2],
    ["its pod", "web-1/app", 6],
    ["its namespace and pod", "test/web-0/app", 5],
    ["its project", "shop/db", 9],
    ["its id", id("abcd1"), 2],
    ["the beginning of its id", "abcd10", 2],
    ["its name, even if the id of another begins with it", "abcd1", 7],
    ["its id, even if it is the name of another", id("ef01"), 5]
  ])("%s", (_, text, pid) => {
    expect(select(list, text).pid).toBe(pid)
  })
})

describe("select refuses", () => {
  it("a text that matches several containers", () => {
    expect(failure("web-0/app")).toBeInstanceOf(AmbiguousContainer)
    expect(failure("web-0/app")).toMatchObject({
      candidates: [{ pid: 4 }, { pid: 5 }],
      message: "The name \"web-0/app\" fits 2 containers, \"shop/web-0/app\" docker abcd20000000 (PID 4), " +
        "\"test/web-0/app\" docker ef0100000000 (PID 5): use a longer part of the id, NAMESPACE/POD/CONTAINER, or the PID."
    })
    expect(failure("abcd")).toMatchObject({ candidates: [{ pid: 2 }, { pid: 4 }] })
  })

  it("a name that is shown as the id of another", () => {
    const hostile = container(10, { name: id("abcd1").slice(0, 12), id: id("7777") })
    expect(failure(id("abcd1").slice(0, 12), [...list, hostile])).toMatchObject({
      name: "AmbiguousContainer",
      candidates: [{ pid: 2 }, { pid: 10 }]
    })
    expect(select([...list, hostile], id("abcd1"))).toMatchObject({ pid: 2 })
    expect(select([...list, hostile], id("abcd1").slice(0, 13))).toMatchObject({ pid: 2 })
  })

  it("an unknown name, and suggests similar names", () => {
    expect(failure("wbe")).toBeInstanceOf(NoSuchContainer)
    expect(failure("wbe")).toMatchObject({
      nearest: ["web"],
      message: "There is no running container \"wbe\"; the nearest name is \"web\"."
    })
    expect(failure("web-2/app")).toMatchObject({
      nearest: ["web-0/app", "web-1/app"],
      message: "There is no running container \"web-2/app\"; the nearest names are \"web-0/app\", \"web-1/app\"."
    })
    expect(failure("w")).toMatchObject({ nearest: ["web"] })
  })

  it("an unknown name, and suggests the three most similar names first", () => {
    const named = ["web22", "web33", "web2", "web44"].map((name, i) => container(i + 2, { name }))
    expect(failure("web", named)).toMatchObject({ nearest: ["web2", "web22", "web33"] })
  })

  it("a text that matches many containers, of which it names eight", () => {
    const shared = (count: number) => Array.from({ length: count }, (_, i) => container(i + 2, { name: "x" }))
    const eight = Array.from({ length: 8 }, (_, i) => `"x" docker (PID ${i + 2})`).join(", ")
    expect(failure("x", shared(8))).toMatchObject({ message: expect.stringContaining(`8 containers, ${eight}: use`) })
    expect(failure("x", shared(10))).toMatchObject({
      message: expect.stringContaining(`10 containers, ${eight}, 2 more: use`)
    })
  })

  it("the pod of a container whose name is not known", () => {
    const unnamed = container(2, { pod: "web-0", namespace: "shop", id: id("abcd") })
    for (const text of ["web-0", "shop/web-0"]) {
      expect(failure(text, [unnamed])).toMatchObject({ name: "NoSuchContainer" })
    }
    expect(failure("abcd", [unnamed, container(3, { id: id("abcd") })])).toMatchObject({
      message: expect.stringContaining("2 containers, docker abcd00000000 (PID 2), docker abcd00000000 (PID 3)")
    })
  })

  it("three digits of an id, an empty text, and names of the host", () => {
    for (const text of ["ef0", "", "host", "/", "x".repeat(1 << 20)]) {
      expect(failure(text)).toMatchObject({ name: "NoSuchContainer", nearest: [] })
    }
  })

  it("escape sequences, and escapes them in its message", () => {
    expect(failure("\u001b[2J")).toMatchObject({
      message: "There is no running container \"\\u001b[2J\"; \"procfsroot ps\" lists containers."
    })
  })

  it("an unknown name, and mentions names that could not be read", () => {
    const hidden = [container(2, { id: id("ab"), unreadable: ["name"] })]
    expect(failure("web", hidden)).toMatchObject({
      message: "There is no running container \"web\"; not all names can be read: run this as root."
    })
    expect(failure("wbe", [...hidden, container(3, { name: "web" })])).toMatchObject({
      message: "There is no running container \"wbe\"; the nearest name is \"web\"; not all names can be read: run " +
        "this as root."
    })
  })

  it("a PID, and says how to write it", () => {
    const message = "There is no running container \"4711\"; \"procfsroot ps\" lists containers; for a process, use " +
      "--pid 4711, or pid:4711:/PATH with cp."
    expect(failure("4711", [])).toMatchObject({ message })
    for (const text of ["x4711", "4711x", "04711"]) {
      expect(failure(text, [])).toMatchObject({ message: expect.not.stringContaining("--pid") })
    }
  })
})

describe("selectors", () => {
  it("are names, and ids where a name is not unique", () => {
    expect(selectors(list)).toEqual([
      "web",
      "shop/web-0/app",
      "test/web-0/app",
      "test/web-1/app",
      "abcd1",
      id("8888").slice(0, 12),
      "shop/db"
    ])
    const twice = [container(2, { name: "web", id: id("a1") }), container(3, { name: "web", id: id("a2") })]
    expect(selectors(twice)).toEqual(["a10000000000", "a20000000000"])
  })

  it("are words that no shell changes", () => {
    const names = ["$(reboot)", ";reboot", "-rf", "a b", "a\nb", "\u001b[2J", "*", "~", "", "\u00e4", "=x", "x:y"]
    expect(selectors(names.map((name, i) => container(i + 2, { name })))).toEqual([])
    const withId = names.map((name, i) => container(i + 2, { name, id: id(`b${i + 10}`) }))
    expect(selectors(withId)).toEqual(names.map((_, i) => id(`b${i + 10}`).slice(0, 12)))
    expect(selectors([container(2, { name: "x", id: "`x`" }), container(3, { name: "x", id: "--y" })])).toEqual([])
  })

  it("select exactly one container, even if somebody hostile has named others", () => {
    const hostile = [
      ...list,
      container(10, { name: id("abcd1").slice(0, 12), id: id("7777") }),
      container(11, { name: id("abcd1").slice(0, 13), id: id("6666") }),
      container(12, { name: id("9999"), id: id("5555") }),
      container(13, { name: "shop/web-0/app", id: id("4444") })
    ]
    const found = selectors(hostile).map((text) => select(hostile, text).pid)
    expect(new Set(found).size).toBe(found.length)
    expect(found).toEqual(expect.arrayContaining([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]))
  })
})
