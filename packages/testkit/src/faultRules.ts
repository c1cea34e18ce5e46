/** Tests which operations and steps faults strike, when, and with what effect; and also limits and the journal. */
import { describe, expect, it } from "vitest"
import { closing } from "./closing.js"
import {
  type OpenMemory,
  type PlainEntry,
  PlainFailure,
  type PlainFault,
  type PlainTree,
  type PortableEdition
} from "./edition.js"
import { resultCode } from "./edition/failure.js"

const attributes = { uid: 0, gid: 0, mtime: new Date(0) }

const tree: PlainTree = {
  "/d/a": "aaaa",
  "/d/b": "bbbb",
  "/d/sub/c": "cccc",
  "/d/link": { type: "SymbolicLink", target: "a", ...attributes },
  "/tmp": { type: "Directory", mode: 0o1777, ...attributes }
}

/** Whether a path is a random name, which errors do not contain. */
const isNameless = (path: string): boolean => /^\/tmp\/|\/\.procfsroot-/.test(path)

/** All texts of an error that can contain paths. */
const placesOf = (error: unknown): string => {
  if (!(error instanceof PlainFailure)) return String(error)
  const { at, cause, description, pathOrDescriptor } = error
  return [at, description, pathOrDescriptor, String(cause)].join(" ")
}

const messageOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => "ok", String)

type In = (use: (memory: OpenMemory) => Promise<void>) => () => Promise<void>

const inTree = ({ memory }: PortableEdition): In => (use) => () => closing(memory(tree), use)

const pathsOf = async ({ snapshot }: OpenMemory): Promise<ReadonlyArray<string>> => Object.keys(await snapshot())

/** Operations with many steps. */
const composite = {
  copy: ({ fs }) => fs.copy("/d", "/copy", { overwrite: true }),
  copyFile: ({ fs }) => fs.copyFile("/d/a", "/d/b"),
  makeDirectory: ({ fs }) => fs.makeDirectory("/x/y/z", { recursive: true }),
  makeTempFile: ({ fs }) => fs.makeTempFile({ directory: "/tmp" }),
  remove: ({ fs }) => fs.remove("/d", { recursive: true }),
  writeFileAtomic: ({ directory }) =>
    directory?.writeFileAtomic("/d/a", new TextEncoder().encode("new")) ?? Promise.resolve(),
  writeFile: ({ fs }) => fs.writeFileString("/d/a", "new")
} satisfies Readonly<Record<string, (memory: OpenMemory) => Promise<unknown>>>

const contentOf = (entry: PlainEntry | undefined): unknown => entry?.type === "File" ? entry.content : undefined

/** Leaves out temporary files, whose names contain a counter. */
const withoutTemporary = (entries: Readonly<Record<string, PlainEntry>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([path, entry]) => path.startsWith("/tmp/") ? [] : [[path, contentOf(entry)]])
  )

/** Files that can be lost, since these operations replace or remove them step by step, like their system calls. */
const mayBeLost: Readonly<Record<string, ReadonlyArray<string>>> = {
  copyFile: ["/d/b"],
  remove: ["/d", "/d/a", "/d/b", "/d/sub", "/d/sub/c", "/d/link"],
  writeFile: ["/d/a"]
}

const ofSteps = (edition: PortableEdition, in_: In): void => {
  it(
    "strike the step that they name inside an operation with many steps",
    in_(async (memory) => {
      const { fs, inject } = memory
      await inject([{ method: "remove", step: "unlink", path: "/d/sub/c", code: "EBUSY" }])
      expect(await resultCode(fs.remove("/d", { recursive: true }))).toBe("EBUSY")
      expect(await pathsOf(memory)).toEqual(["/", "/d", "/d/sub", "/d/sub/c", "/tmp"])
      await inject([{ step: "write", path: /^\/copy\/.*c$/, code: "EIO" }])
      expect(await resultCode(fs.copy("/d", "/copy"))).toBe("EIO")
      expect(await pathsOf(memory)).toEqual(["/", "/copy", "/copy/sub", "/d", "/d/sub", "/d/sub/c", "/tmp"])
      await memory.assertAllStruck()
      await inject([{ method: "walkTree", step: "readdir", path: "/d/sub", code: "EIO" }])
      await resultCode(memory.directory?.walkTree("/") ?? Promise.resolve())
      await memory.assertAllStruck()
    })
  )

  it(
    "on a path strike operations that reach it on the way",
    in_(async ({ fs, inject, report }) => {
      await inject([{ path: "/d/sub/c", code: "EIO" }])
      expect(await resultCode(fs.remove("/d", { recursive: true }))).toBe("EIO")
      expect(await resultCode(fs.copy("/d", "/copy"))).toBe("EIO")
      expect(await resultCode(fs.readFile("/d/sub/c"))).toBe("EIO")
      expect(await report()).toMatchObject([{ matched: 3, struck: 3 }])
    })
  )

  it.each(Object.entries(composite))(
    "at each step of %s lose nothing, and the operation can be repeated",
    async (name, call) => {
      const wanted = await closing(edition.memory(tree), async (memory) => {
        await call(memory)
        return memory.snapshot()
      })
      const steps: Array<string> = []
      await closing(edition.memory(tree), async (memory) => {
        await memory.inject([{ step: allSteps, path: (path) => steps.push(path) > 0, delay: 0 }])
        await call(memory)
      })
      expect(steps.length).toBeGreaterThan(3)
      for (const [i, place] of steps.entries()) {
        const nth = i + 1
        await closing(edition.memory(tree), async (memory) => {
          await memory.inject([{ step: allSteps, nth, code: "EDQUOT" }])
          const failed = call(memory)
          const outcome = await resultCode(failed)
          if (outcome !== "ok" && !isNameless(place)) {
            const said = await failed.then(() => "", placesOf)
            // As in Node, an error of close does not contain a path.
            if (!said.includes("close")) expect([nth, said]).toEqual([nth, expect.stringContaining(place)])
          }
          // If only closing a file fails that was read, the operation succeeds.
          expect([nth, ["EDQUOT", "ok"].includes(outcome)]).toEqual([nth, true])
          await memory.inject([])
          const left = await memory.snapshot()
          for (const path of ["/d/a", "/d/b", "/d/sub/c"]) {
            if (mayBeLost[name]?.includes(path) === true) continue
            expect([nth, [tree[path], contentOf(wanted[path])]]).toEqual([
              nth,
              expect.arrayContaining([contentOf(left[path])])
            ])
          }
          // The operation can be repeated now.
          if (outcome !== "ok") await call(memory)
          expect([nth, withoutTemporary(await memory.snapshot())]).toEqual([nth, withoutTemporary(wanted)])
        })
      }
    }
  )
}

const allSteps = [
  "chmod",
  "close",
  "fsync",
  "link",
  "lookup",
  "mkdir",
  "open",
  "read",
  "readdir",
  "readlink",
  "rename",
  "rmdir",
  "stat",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "write"
]

/** Which of ten calls fail. */
const failing = async ({ fs, inject }: OpenMemory, when: Omit<PlainFault, "code">): Promise<ReadonlyArray<number>> => {
  await inject([{ method: "stat", code: "EIO", ...when }])
  const failed = []
  for (let i = 1; i <= 10; i++) if (await resultCode(fs.stat("/d")) === "EIO") failed.push(i)
  return failed
}

const ofTimes = (in_: In): void => {
  it(
    "strike the nth call, a range of calls, every kth call, or random ones",
    in_(async (memory) => {
      expect(await failing(memory, { nth: 3 })).toEqual([3])
      expect(await failing(memory, { from: 8 })).toEqual([8, 9, 10])
      expect(await failing(memory, { from: 4, to: 6 })).toEqual([4, 5, 6])
      expect(await failing(memory, { every: 4 })).toEqual([4, 8])
      expect(await failing(memory, { path: (path) => path === "/e" })).toEqual([])
      const chosen = await failing(memory, { probability: 0.5, seed: 7 })
      expect(chosen.length).toBeGreaterThan(0)
      expect(chosen.length).toBeLessThan(10)
      expect(await failing(memory, { probability: 0.5, seed: 7 })).toEqual(chosen)
      expect(await failing(memory, { probability: 0.5, seed: 8 })).not.toEqual(chosen)
    })
  )

  it(
    "can name methods that are built on others, and several methods",
    in_(async ({ fs, inject, report }) => {
      await inject([
        { method: "exists", code: "EIO" },
        { method: "writeFileString", code: "EIO" },
        { method: "readFileString", code: "EIO" },
        { method: "makeTempFileScoped", code: "EIO" },
        { method: ["readFile", "readLink"], code: "EACCES" }
      ])
      expect(await resultCode(fs.access("/d"))).toBe("ok")
      expect(await resultCode(fs.exists("/d"))).toBe("EIO")
      expect(await resultCode(fs.writeFileString("/d/a", ""))).toBe("EIO")
      expect(await resultCode(fs.readFileString("/d/a"))).toBe("EIO")
      expect(await resultCode(fs.readFile("/d/a"))).toBe("EACCES")
      expect(await resultCode(fs.readLink("/d/link"))).toBe("EACCES")
      expect(await resultCode(fs.makeTempFileScoped())).toBe("EIO")
      expect((await report()).map(({ struck }) => struck)).toEqual([1, 1, 1, 1, 2])
    })
  )

  it(
    "that never struck are listed",
    in_(async ({ assertAllStruck, fs, inject }) => {
      await inject([{ method: "readFile", nth: 2, code: "EIO" }, { path: "/d", code: "EIO" }])
      await resultCode(fs.readFile("/d/a"))
      const message = await messageOf(assertAllStruck())
      expect(message).toContain("1 of 2 faults never struck:")
      expect(message).toContain("{ method: \"readFile\", nth: 2, code: \"EIO\" } matched 1 time")
      await inject([])
      await assertAllStruck()
    })
  )

  it.each<[PlainFault, string]>([
    [{ method: "readfile", code: "EIO" }, "no method \"readfile\""],
    [{ step: "fopen", code: "EIO" }, "no step \"fopen\""],
    [{ code: "EWHAT" }, "no errno \"EWHAT\""],
    [{ path: "/d/../a", code: "EIO" }, "must not contain \".\" or \"..\""],
    [{ nth: 0, code: "EIO" }, "nth is 0"],
    [{ from: 3, to: 2, code: "EIO" }, "never strikes"],
    [{ nth: 2, from: 3, code: "EIO" }, "never strikes"],
    [{ method: [], code: "EIO" }, "never strikes"],
    [{ probability: 0, code: "EIO" }, "probability is 0"],
    [{ path: "/d" }, "needs a code"],
    [{ errno: "EIO", code: "EIO" } as PlainFault, "no field \"errno\""] // a mistake that compiles in JavaScript
  ])("that could never strike are refused: %o", (fault, message) =>
    in_(async ({ inject }) => {
      expect(await messageOf(inject([fault]))).toContain(message)
    })())
}

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const ofEffects = (in_: In): void => {
  it(
    "cut reads and writes short",
    in_(async ({ expectOperations, fs, inject }) => {
      await inject([{ short: 1 }])
      const file = await fs.open("/d/a", { flag: "r+" })
      expect(await file.write(new Uint8Array([66, 67]))).toBe(1)
      expect(await file.read(new Uint8Array(9))).toBe(1)
      await file.close()
      await fs.writeFileString("/d/b", "longer")
      expect(await fs.readFileString("/d/b")).toBe("longer")
      await fs.copyFile("/d/b", "/d/a")
      expect(await fs.readFileString("/d/a")).toBe("longer")
      // The disk is full after three more bytes.
      await inject([{ step: "write", short: 3, nth: 1 }, { step: "write", from: 2, code: "ENOSPC" }])
      expect(await resultCode(fs.writeFileString("/d/b", "again"))).toBe("ENOSPC")
      await inject([])
      expect(await fs.readFileString("/d/b")).toBe("aga")
      await expectOperations(
        [{ method: "writeFileString", written: 3, code: "ENOSPC" }],
        (operation) => operation.code === "ENOSPC"
      )
    })
  )

  it(
    "make a step slow",
    in_(async ({ fs, inject }) => {
      await inject([{ step: ["write", "mkdir"], delay: 60 }])
      let ended = 0
      const writing = fs.writeFileString("/d/a", "slow").then(() => ended++)
      const making = fs.makeDirectory("/new").then(() => ended++)
      await later(20)
      expect(ended).toBe(0)
      await Promise.all([writing, making])
    })
  )

  it(
    "can be defects",
    in_(async ({ expectOperations, fs, inject }) => {
      await inject([{ method: "stat", defect: new Error("out of order") }, { step: "mkdir", defect: "broken" }])
      expect(await messageOf(fs.stat("/d"))).toContain("out of order")
      expect(await messageOf(fs.makeDirectory("/e"))).toContain("broken")
      await expectOperations([{ method: "stat", outcome: "defect" }, { method: "makeDirectory", outcome: "defect" }])
    })
  )

  it(
    "in close report an error, but the file is closed",
    in_(async ({ fs, inject, limit }) => {
      await limit({ openFiles: 1 })
      for (const fault of [{ method: "close" }, { step: "close" }, { path: "/d/a", from: 2 }]) {
        await inject([{ code: "EIO", ...fault }])
        const file = await fs.open("/d/a", { flag: "r+" })
        expect(await messageOf(file.close())).toContain("EIO: i/o error, close")
        await inject([])
      }
      await (await fs.open("/d/a")).close()
    })
  )

  it.each<Partial<PlainFault>>([{ method: "close" }, { step: "close" }])(
    "in close are the error of a sink, which closes its file once: %j",
    (fault) =>
      in_(async ({ expectOperations, fs, inject }) => {
        await inject([{ code: "EIO", ...fault }])
        expect(await resultCode(fs.sink("/d/a", {}, [new Uint8Array(3)]))).toBe("EIO")
        await expectOperations([
          { method: "sink", outcome: "ok" },
          { method: "writeAll", written: 3 },
          { method: "close", code: "EIO" }
        ])
      })()
  )
}

const ofLimits = (in_: In): void => {
  it(
    "apply as soon as they are set: space, inodes, open files and read-only",
    in_(async ({ fs, limit }) => {
      await limit({ freeBytes: 4_096, freeInodes: 2 })
      expect(await resultCode(fs.writeFile("/full", new Uint8Array(9_000)))).toBe("ENOSPC")
      expect(Number((await fs.stat("/full")).size)).toBe(4_096)
      await fs.makeDirectory("/last")
      expect(await resultCode(fs.makeDirectory("/more"))).toBe("ENOSPC")
      await fs.remove("/full")
      await fs.writeFile("/full", new Uint8Array(4_096))
      await limit({ openFiles: 1 })
      const file = await fs.open("/full")
      expect(await resultCode(fs.readFile("/none"))).toBe("EMFILE")
      await file.close()
      await limit({ readOnly: true })
      expect(await resultCode(fs.writeFileString("/full", ""))).toBe("EROFS")
      await limit({})
      await fs.writeFileString("/full", "")
    })
  )
}

const ofJournals = (in_: In): void => {
  it(
    "shows what differs from what a test expects",
    in_(async ({ expectOperations, fs }) => {
      await fs.writeFileString("/d/a", "hello")
      await resultCode(fs.stat("/none"))
      await expectOperations([{ method: "writeFileString", written: 5 }, { method: "stat", code: "ENOENT" }])
      const message = await messageOf(expectOperations([{ method: "readFile" }, { method: "stat", path: "/none" }]))
      expect(message.replaceAll(/#\d+ /g, "")).toContain([
        "- readFile",
        "+ writeFileString \"/d/a\": ok, 5 bytes written",
        "  stat \"/none\": ENOENT"
      ].join("\n"))
    })
  )
}

export const faultRules = (edition: PortableEdition): void => {
  const in_ = inTree(edition)
  describe("faults", () => {
    ofSteps(edition, in_)
    ofTimes(in_)
    ofEffects(in_)
  })
  describe("limits", () => {
    ofLimits(in_)
  })
  describe("the journal", () => {
    ofJournals(in_)
  })
  it("an empty tree contains only /tmp", () =>
    closing(edition.memory({}), async (memory) => {
      expect(await memory.snapshot()).toMatchObject({ "/tmp": { type: "Directory", mode: 0o1777 } })
      await memory.fs.makeTempFile()
    }))
}
