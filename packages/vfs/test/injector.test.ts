/** Tests how operations of a tree in memory wait, hang and fail where a fault strikes, and what is recorded of them. */
import * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { badArgument, writeZero } from "../src/internal/errno.js"
import { Call } from "../src/internal/program.js"
import { codeOf, thrownBy } from "./failing.js"
import { memoryOf } from "./memory.js"

type Fault = MemoryFaults.Fault<number, string>

const methods = ["open", "readDirectory", "readFile", "readLink", "resolve", "stat", "writeFile"]

const tree: MemoryTree.Tree = { "/d/f": "content", "/d/e": MemoryTree.directory(), "/l": MemoryTree.link("d") }

const scene = (faults: ReadonlyArray<Fault> = []) => {
  const memory = memoryOf(tree)
  const injector = MemoryFaults.make<number, string>(memory, faults, methods)
  /** The delays that began, and the functions that end them. */
  const slept: Array<number> = []
  const wakes: Array<() => void> = []
  const environment = (fiber?: unknown): MemoryFaults.Environment<number> => ({
    now: () => 5,
    sleep: (delay, done) => {
      slept.push(delay)
      wakes.push(done)
      return () => {}
    },
    fiber
  })
  const beginning = (operation: string, path: string) => ({
    operation,
    syscall: operation,
    texts: [path],
    places: [path],
    opened: undefined
  })
  /** Starts an operation, and returns a function that tells how it has ended so far. */
  const start = <A>(made: Program.Answer<A> | Program.Program<A>) => {
    if (!Program.isProgram(made)) return { exit: (): unknown => made, interrupt: () => {} }
    const running = Program.start(made, { isDue: () => false, wait: () => () => {} })
    let exit: unknown
    running.onExit((result) => exit = result)
    return { exit: (): unknown => exit, interrupt: () => running.interrupt() }
  }
  const run = <A>(operation: string, path: string, begin: (fs: typeof memory.fileSystem) => Program.Program<A>) =>
    start(injector.run(beginning(operation, path), environment(), () => begin(memory.fileSystem)))
  return {
    memory,
    injector,
    environment,
    beginning,
    start,
    run,
    slept,
    wake: () => wakes.shift()?.(),
    readFile: (path: string) => run("readFile", path, (fs) => fs.readFile(path)),
    stat: (path: string) => run("stat", path, (fs) => Program.sync(() => fs.stat(path).size)),
    walk: (path: string) => start(injector.walk(path, Policy.make(), environment())),
    outcomes: () => injector.operations().map(({ code, outcome }) => code ?? outcome)
  }
}

describe("an operation", () => {
  it("is recorded with how it has ended", () => {
    const { injector, outcomes, readFile, run } = scene()
    const failing = (thrown: unknown) =>
      run("open", "/x", () =>
        Program.sync(() => {
          throw thrown
        }))
    expect([readFile("/d/f").exit(), readFile("/none").exit()]).toMatchObject([{}, { error: { code: "ENOENT" } }])
    const refused = failing(thrownBy(() => badArgument("ERR_INVALID_ARG_VALUE", "wrong")))
    expect(refused.exit()).toMatchObject({ error: { code: "ERR_INVALID_ARG_VALUE" } })
    failing(new Error("broken"))
    run("open", "/x", () => Program.sync(writeZero))
    expect(outcomes()).toEqual(["ok", "ENOENT", "ERR_INVALID_ARG_VALUE", "defect", "failed"])
    expect(injector.operations().map(({ outcome }) => outcome)).toEqual(["ok", "failed", "failed", "defect", "failed"])
  })

  it("is pending until it has ended, and then ok, failed or interrupted", () => {
    for (const faults of [[], [{ path: "/other", code: "EIO" }]] as const) {
      const { outcomes, run } = scene(faults)
      const ends: Array<(answer: Program.Answer<number>) => void> = []
      const waiting = () =>
        run("open", "/x", () =>
          Program.sync(() =>
            new Call<number>((done) => {
              ends.push(done)
              return () => {}
            })
          ))
      const [first, second, third] = [waiting(), waiting(), waiting()]
      expect(outcomes()).toEqual(["pending", "pending", "pending"])
      ends[0]?.({ value: 1 })
      ends[1]?.({ error: Errno.make("EIO") })
      third.interrupt()
      expect([first.exit(), second.exit(), third.exit()]).toMatchObject([
        { value: 1 },
        { error: { code: "EIO" } },
        "Interrupted"
      ])
      expect(outcomes()).toEqual(["ok", "EIO", "interrupted"])
    }
  })

  it("has the number of its fiber, in the order in which fibers appear", () => {
    const { beginning, environment, injector } = scene()
    for (const fiber of ["a", "b", "a", undefined, "c", "b"]) {
      injector.run(beginning("stat", "/"), environment(fiber), () => Program.sync(() => 1))
    }
    expect(injector.operations().map(({ fiber }) => fiber)).toEqual([0, 1, 0, undefined, 2, 1])
  })

  it("releases what it holds when it is interrupted", () => {
    const { outcomes, run } = scene([{ path: "/other", code: "EIO" }])
    const told: Array<string> = []
    const { exit, interrupt } = run("open", "/x", function*() {
      try {
        yield* new Call<void>(() => () => told.push("given up"))
      } finally {
        told.push("released")
      }
    })
    interrupt()
    expect([exit(), told, outcomes()]).toEqual(["Interrupted", ["given up", "released"], ["interrupted"]])
  })
})

describe("a delay", () => {
  it("of steps that cannot wait is waited for after them, even if they fail", () => {
    const { readFile, slept, wake } = scene([
      { step: "lookup", path: "/d", delay: 1 },
      { step: "lookup", path: "/d/none", delay: 2, code: "EIO" }
    ])
    const read = readFile("/d/none")
    expect([read.exit(), slept]).toEqual([undefined, [1]])
    wake()
    expect([read.exit(), slept]).toEqual([undefined, [1, 2]])
    wake()
    expect(read.exit()).toMatchObject({ error: { code: "EIO" } })
  })

  it("does not delay what an interrupted operation does to release its resources", () => {
    const { memory, readFile, slept } = scene([
      { step: "read", hang: true },
      { step: "close", delay: 7 },
      { step: "close", hang: true }
    ])
    const read = readFile("/d/f")
    expect(read.exit()).toBeUndefined()
    read.interrupt()
    expect([read.exit(), slept]).toEqual(["Interrupted", []])
    memory.limit({ openFiles: 1 })
    expect(codeOf(() => memory.fileSystem.open("/d/e", "r", 0))).toBe("ok")
  })

  it("does not delay the steps of an operation that was interrupted", () => {
    const { run, slept } = scene([{ step: "stat", delay: 7 }])
    const { exit, interrupt } = run("open", "/x", (fs) =>
      (function*() {
        try {
          yield* new Call<void>(() => () => {})
        } finally {
          fs.stat("/d/f")
        }
      })())
    interrupt()
    expect([exit(), slept]).toEqual(["Interrupted", []])
  })
})

describe("a fault that hangs", () => {
  it("hangs at its step until the operation is interrupted", () => {
    const hanging: ReadonlyArray<Fault> = [
      { step: "read", hang: true },
      { step: "lookup", path: "/d/f", hang: true },
      { method: "readFile", hang: true }
    ]
    for (const fault of hanging) {
      const { outcomes, readFile } = scene([fault])
      const read = readFile("/d/f")
      expect([read.exit(), outcomes()]).toEqual([undefined, ["pending"]])
      read.interrupt()
      expect([read.exit(), outcomes()]).toEqual(["Interrupted", ["interrupted"]])
    }
  })

  it("hangs a walk", () => {
    for (const fault of [{ method: "resolve", hang: true }, { step: "lookup", path: "/d", hang: true }] as const) {
      const { walk } = scene([fault])
      const walking = walk("/d/f")
      expect(walking.exit()).toBeUndefined()
      walking.interrupt()
      expect(walking.exit()).toBe("Interrupted")
    }
  })

  it("fails instead if it is not to hang", () => {
    const notHanging: Partial<Fault> = { hang: false as true, code: "EIO" } // as in JavaScript
    const { readFile, run, walk } = scene([{ step: "readdir", ...notHanging }, {
      method: "resolve",
      ...notHanging
    }])
    expect(readFile("/d/f").exit()).toHaveProperty("value")
    expect(run("readDirectory", "/d", (fs) => fs.readDirectory("/d", false)).exit()).toMatchObject({
      error: { code: "EIO" }
    })
    expect(walk("/d").exit()).toMatchObject({ value: { _tag: "Failed", reason: { _tag: "Fault" } } })
  })
})

describe("faults outside an operation", () => {
  it("make steps fail, and delay nothing", () => {
    const { memory: { fileSystem: fs, steps }, slept } = scene([
      { step: "stat", delay: 1 },
      { step: "readdir", delay: 2 },
      { path: "/d/f", code: "EIO" },
      { step: "listxattr", hang: true }
    ])
    expect(fs.stat("/d").nlink).toBe(3)
    expect(codeOf(() => fs.stat("/d/f"))).toBe("EIO")
    expect(Program.runSync(fs.readDirectory("/d", false))).toHaveLength(2)
    let thrown: unknown
    try {
      fs.rootDirectory.listExtendedAttributes("/d")
    } catch (error) {
      thrown = error
    }
    expect([typeof thrown, slept]).toEqual(["symbol", []])
    expect(Program.runSync(steps.continued()(() => Program.sync(() => 3)))).toBe(3)
  })

  it("hang a step that can wait", () => {
    const { memory: { fileSystem: fs }, start } = scene([{ step: "readdir", hang: true }])
    const reading = start(fs.readDirectory("/d", false))
    expect(reading.exit()).toBeUndefined()
    reading.interrupt()
    expect(reading.exit()).toBe("Interrupted")
  })
})

describe("a fault with a method", () => {
  it("strikes what the path leads to, or the link itself if the method keeps links", () => {
    const code = (fault: Fault, operation: string, path: string) => {
      const { exit } = scene([fault]).run(operation, path, () => Program.sync(() => 1))
      return Object.hasOwn(Object(exit()), "error")
    }
    const stat = (path: string, at: string) => code({ method: "stat", path, code: "EIO" }, "stat", at)
    const readLink = (path: string, at: string) => code({ method: "readLink", path, code: "EIO" }, "readLink", at)
    expect([stat("/d", "/l"), stat("/l", "/l"), stat("/d/f", "/l/../d/f")]).toEqual([true, false, true])
    expect([readLink("/l", "/l"), readLink("/d", "/l")]).toEqual([true, false])
  })

  it("asks its predicate only about paths that lead somewhere", () => {
    const asked: Array<string> = []
    const { stat } = scene([{ method: "stat", path: (path) => asked.push(path) > 0, code: "EIO" }])
    expect(stat("/d/f/x").exit()).toMatchObject({ error: { code: "ENOTDIR" } })
    expect(stat("/l/f").exit()).toMatchObject({ error: { code: "EIO", syscall: "stat", paths: ["/l/f"] } })
    expect(asked).toEqual(["/d/f"])
  })

  it("does not strike a path that no system call is made with", () => {
    const { run, walk } = scene([{ method: ["stat", "resolve"], code: "EIO" }])
    expect(run("stat", "/\0", () => Program.sync(() => 1)).exit()).toEqual({ value: 1 })
    expect(walk("/\0").exit()).toMatchObject({ value: { _tag: "Failed", reason: { _tag: "Missing" } } })
    expect(walk("/d").exit()).toMatchObject({ value: { _tag: "Failed", reason: { _tag: "Fault" } } })
  })

  it("strikes in a root further down at its path in the whole tree", () => {
    const { beginning, environment, injector, memory } = scene([{ method: "stat", path: "/d", code: "EIO" }, {
      method: "open",
      path: "/d/e",
      code: "EIO"
    }])
    const sub = injector.for(memory.subRoot("/d"))
    const run = (operation: string, path: string) => {
      const made = sub.run(beginning(operation, path), environment(), () => Program.sync(() => 1))
      return Program.isProgram(made) ? codeOf(() => Program.runSync(made)) : "at once"
    }
    expect([run("stat", "/"), run("stat", "/e"), run("open", "/e"), run("open", "/")]).toEqual([
      "EIO",
      "ok",
      "EIO",
      "ok"
    ])
  })
})

describe("a walk", () => {
  it("asks about the path of each name, and of the directory for a dot", () => {
    const asked: Array<string> = []
    const fault: Fault = { step: "lookup", path: (path) => asked.push(path) < 0, code: "EIO" }
    const { walk } = scene([fault])
    walk("/l/e/./..//f")
    expect([...new Set(asked)]).toEqual(["/l", "/d", "/d/e", "/d/f"])
    asked.length = 0
    walk("/d/.")
    expect(asked).toEqual(["/d", "/d"])
  })

  it("fails with an error like Node's, or with a defect", () => {
    const failed = scene([{ step: "lookup", path: "/d/f", code: "EIO" }]).walk("/l/f").exit()
    const outcome = (failed as { readonly value: Walk.Outcome<unknown> }).value // it never waits or fails
    expect(outcome).toMatchObject({ _tag: "Failed", reason: { _tag: "Fault" } })
    const cause = outcome._tag === "Failed" && outcome.reason._tag === "Fault" ? outcome.reason.cause : undefined
    expect(cause).toMatchObject({ code: "EIO", syscall: "lstat", path: "/d/f" })
    const defect = new RangeError("broken")
    expect(scene([{ step: "lookup", path: "/d", defect }]).walk("/d/f").exit()).toEqual({ error: defect })
  })
})

describe("a fault without a step", () => {
  it("is decided once for each operation", () => {
    const { injector, outcomes, readFile } = scene([{ path: "/d", code: "EIO", nth: 2 }])
    for (let i = 0; i < 3; i++) readFile("/l/../d/f")
    expect([outcomes(), injector.report()]).toMatchObject([["ok", "EIO", "ok"], [{ matched: 3, struck: 1 }]])
  })
})
