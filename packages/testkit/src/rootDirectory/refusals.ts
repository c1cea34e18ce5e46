/** Tests what a root refuses if it is read-only or closed, or if koffi is missing. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import { PlainFailure, type PlainRootDirectory, type SubRootOptions } from "../edition.js"
import { described, directoryOf, inOrder, inWorld, type Kind, outcome } from "./world.js"

const fill = (place: string): void => {
  Fs.mkdirSync(`${place}/d`)
  Fs.writeFileSync(`${place}/f`, "own")
  Fs.symlinkSync("f", `${place}/l`)
}

type Calls = Readonly<Record<string, (directory: PlainRootDirectory, path: string) => Promise<unknown>>>

const reading = {
  getExtendedAttribute: (directory, path) => directory.getExtendedAttribute(path, "user.a"),
  listExtendedAttributes: (directory, path) => directory.listExtendedAttributes(path),
  lstat: (directory, path) => directory.lstat(path),
  openDescriptor: (directory, path) => directory.openDescriptor(path),
  readDirectoryEntries: (directory, path) => directory.readDirectoryEntries(path),
  readFileBounded: (directory, path) => directory.readFileBounded(path, { maxBytes: 9 }),
  stat: (directory, path) => directory.stat(path),
  statfs: (directory, path) => directory.statfs(path),
  streamDirectoryEntries: (directory, path) => directory.streamDirectoryEntries(path),
  subRoot: (directory, path) => directory.subRoot(path),
  walkTree: (directory, path) => directory.walkTree(path)
} satisfies Calls

const changing = {
  lchown: (directory, path) => directory.lchown(path, 1, 1),
  lutimes: (directory, path) => directory.lutimes(path, 1, 1),
  makeNode: (directory, path) => directory.makeNode(path, { type: "FIFO" }),
  removeExtendedAttribute: (directory, path) => directory.removeExtendedAttribute(path, "user.a"),
  rename: (directory, path) => directory.rename(path, "/f", { mode: "exchange" }),
  setExtendedAttribute: (directory, path) => directory.setExtendedAttribute(path, "user.a", new Uint8Array(1)),
  sinkAtomic: (directory, path) => directory.sinkAtomic(path, inOrder()),
  writeFileAtomic: (directory, path) => directory.writeFileAtomic(path, new Uint8Array(1))
} satisfies Calls

/** Every method. The type makes sure that a new one is added here. */
const all: Calls & Readonly<Record<keyof PlainRootDirectory, unknown>> = { ...reading, ...changing }

const outcomesOf = async (calls: Calls, directory: PlainRootDirectory, path: string) => {
  const outcomes: Record<string, unknown> = {}
  for (const [method, call] of Object.entries(calls)) outcomes[method] = await outcome(call(directory, path))
  return outcomes
}

const same = (calls: Calls, code: string) => Object.fromEntries(Object.keys(calls).map((method) => [method, code]))

/** Operations that need koffi. */
const native = {
  getExtendedAttribute: (directory) => directory.getExtendedAttribute("/l", "user.a"),
  listExtendedAttributes: (directory) => directory.listExtendedAttributes("/l"),
  setExtendedAttribute: (directory) => directory.setExtendedAttribute("/l", "user.a", new Uint8Array(1)),
  removeExtendedAttribute: (directory) => directory.removeExtendedAttribute("/l", "user.a"),
  fifo: (directory) => directory.makeNode("/new", { type: "FIFO" }),
  device: (directory) => directory.makeNode("/new", { type: "CharacterDevice", major: 1, minor: 3 }),
  noreplace: (directory) => directory.rename("/f", "/new", { mode: "noreplace" }),
  exchange: (directory) => directory.rename("/f", "/d", { mode: "exchange" })
} satisfies Calls

const readOnly = (kind: Kind): void => {
  describe("a root that is read-only", () => {
    it("refuses every change with EROFS, before it looks at the path", () =>
      inWorld(kind, fill, async (world) => {
        const before = await described(kind, world)
        await closing(world.directory.subRoot("/", { readOnly: true }), async (inside) => {
          const directory = directoryOf(inside)
          for (const path of ["/f", "/none/x"]) {
            expect(await outcomesOf(changing, directory, path)).toEqual(same(changing, "EROFS"))
          }
          for (const flag of ["r+", "w", "wx", "a"] as const) {
            expect(await outcome(directory.openDescriptor("/f", { flag }))).toBe("EROFS")
          }
          for (const flag of ["r", "path"] as const) await (await directory.openDescriptor("/f", { flag })).close()
        })
        expect(await described(kind, world)).toEqual(before)
      }))
  })
}

const closed = (kind: Kind): void => {
  describe("a root that is closed", () => {
    it("fails with EBADF in every method", () =>
      inWorld(kind, fill, async ({ own }) => {
        const opened = await kind.open(own)
        const directory = directoryOf(opened)
        await opened.close()
        expect(await outcomesOf(all, directory, "/f")).toEqual(same(all, "EBADF"))
        await expect(directory.stat("/f")).rejects.toMatchObject({ resolve: "RootClosed" })
      }))
  })
}

const withoutKoffi = (kind: Kind): void => {
  describe("without koffi", () => {
    it("operations for which Node has no system call fail with ENOTSUP, and change nothing", () =>
      inWorld(kind, fill, async (world) => {
        const before = await described(kind, world)
        expect(await outcomesOf(native, world.directory, "")).toEqual(same(native, "ENOTSUP"))
        expect(await described(kind, world)).toEqual(before)
      }))

    it("an exclusive atomic write fails with ENOTSUP at the end, and leaves nothing behind", () =>
      inWorld(kind, fill, async (world) => {
        const before = await described(kind, world)
        const write = world.directory.writeFileAtomic("/new", new Uint8Array(1), { exclusive: true })
        expect(await outcome(write)).toBe("ENOTSUP")
        expect(await described(kind, world)).toEqual(before)
      }))
  })
}

/** A value that a program in JavaScript can pass, since no compiler checks it. */
const wrong = (value: unknown): never => value as never

const misspelt = {
  "mode of rename": (directory) => directory.rename("/f", "/g", { mode: wrong("noreplaec") }),
  "type of a node": (directory) => directory.makeNode("/new", { type: wrong("Fifo") }),
  "device without numbers": (directory) => directory.makeNode("/new", wrong({ type: "CharacterDevice" })),
  "flag of a descriptor": (directory) => directory.openDescriptor("/f", { flag: wrong("pth") }),
  "number as a flag": (directory) => directory.openDescriptor("/f", { flag: wrong(1) }),
  "name of every object as a flag": (directory) => directory.openDescriptor("/f", { flag: wrong("constructor") }),
  "limit of a walk": (directory) => directory.walkTree("/", { maxRemembered: Number.NaN })
} satisfies Calls

const misspelling = (kind: Kind): void => {
  describe("a value that an option does not have", () => {
    const place = (directory: string): void => {
      fill(directory)
      Fs.writeFileSync(`${directory}/g`, "precious")
    }

    it.each(Object.entries(misspelt))(
      "is refused as the argument that it is: %s",
      (_, call) =>
        inWorld(kind, place, async (world) => {
          const before = await described(kind, world)
          const failure: unknown = await call(world.directory).catch((error: unknown) => error)
          expect(failure).toBeInstanceOf(PlainFailure)
          expect(failure).toMatchObject({ tag: "BadArgument" })
          expect(await described(kind, world)).toEqual(before)
        })
    )

    it.each<readonly [name: string, options: SubRootOptions]>([
      ["symlinks", { symlinks: wrong(["forbid"]) }],
      ["readOnly", { readOnly: wrong("yes") }]
    ])("does not open a root that is less strict: %s", (name, options) =>
      inWorld(kind, fill, async ({ directory }) => {
        await expect(directory.subRoot("/d", options)).rejects.toThrow(`${name} must be `)
      }))
  })
}

export const refusals = (kind: Kind): void => {
  misspelling(kind)
  readOnly(kind)
  if (kind.onDisk) closed(kind)
  if (!kind.isComplete) withoutKoffi(kind)
}
