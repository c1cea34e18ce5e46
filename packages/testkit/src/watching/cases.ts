/** Calls in and around a watched directory or file. If possible, each step makes only one system call. */
import type { PlainFile, PlainFileSystem, PlainRootDirectory } from "../edition.js"

export interface Subject {
  readonly fs: PlainFileSystem
  readonly directory: PlainRootDirectory
  /** The open files. They are closed after the case, if not before. */
  readonly files: Array<PlainFile>
  /** Opens a file for reading and writing. */
  readonly open: (path: string) => Promise<void>
}

/** Events are collected after each step. */
type Step = (subject: Subject) => Promise<unknown>

const bytes = new TextEncoder().encode("written")
const nothing = new Uint8Array(0)

/** Creates the tree before the watch starts. `/w/a` and `/w/h` are names of the same file. */
export const makeTree = async ({ fs }: Pick<Subject, "fs">): Promise<void> => {
  for (const path of ["/w", "/w/sub", "/w/sub/deep", "/w/empty", "/out", "/out/d"]) await fs.makeDirectory(path)
  for (const path of ["/w/a", "/w/b", "/w/sub/f", "/out/c"]) await fs.writeFileString(path, path)
  await fs.link("/w/a", "/w/h")
  await fs.symlink("a", "/w/link")
}

const calls: Readonly<Record<string, Step>> = {
  "create a file": ({ fs }) => fs.writeFile("/w/new", nothing),
  "create a file, and fail": ({ fs }) => fs.writeFile("/w/a", bytes, { flag: "wx" }).catch(() => {}),
  "truncate a file": ({ fs }) => fs.truncate("/w/a"),
  "truncate a file to its size": ({ fs }) => fs.truncate("/w/a", 4),
  "truncate a file by opening it": ({ fs }) => fs.writeFile("/w/a", nothing),
  "append": ({ fs }) => fs.writeFile("/w/a", bytes, { flag: "a" }),
  "append nothing": ({ fs }) => fs.writeFile("/w/a", nothing, { flag: "a" }),
  "append by a link": ({ fs }) => fs.writeFile("/w/link", bytes, { flag: "a" }),
  "append by another name": ({ fs }) => fs.writeFile("/w/h", bytes, { flag: "a" }),
  "append below": ({ fs }) => fs.writeFile("/w/sub/f", bytes, { flag: "a" }),
  "read": ({ fs }) => fs.readFile("/w/a"),
  "list": ({ fs }) => fs.readDirectory("/w"),
  "chmod a file": ({ fs }) => fs.chmod("/w/a", 0o600),
  "chmod by another name": ({ fs }) => fs.chmod("/w/h", 0o600),
  "chmod a directory": ({ fs }) => fs.chmod("/w/sub", 0o700),
  "chmod the directory": ({ fs }) => fs.chmod("/w", 0o700),
  "chmod below": ({ fs }) => fs.chmod("/w/sub/f", 0o600),
  "chown": async ({ fs }) => {
    const { gid = 0, uid = 0 } = await fs.stat("/w/a")
    await fs.chown("/w/a", uid, gid)
  },
  "chown to nobody": ({ fs }) => fs.chown("/w/a", -1, -1),
  "chown a link": async ({ directory }) => {
    const { gid, uid } = await directory.lstat("/w/link")
    await directory.lchown("/w/link", uid, gid)
  },
  "utimes of a file": ({ fs }) => fs.utimes("/w/a", 1, 2),
  "utimes of a directory": ({ fs }) => fs.utimes("/w/sub", 1, 2),
  "utimes of the directory": ({ fs }) => fs.utimes("/w", 1, 2),
  "utimes of a link": ({ directory }) => directory.lutimes("/w/link", 1, 2),
  "make a directory": ({ fs }) => fs.makeDirectory("/w/new"),
  "make a directory, and fail": ({ fs }) => fs.makeDirectory("/w/sub").catch(() => {}),
  "make a directory below": ({ fs }) => fs.makeDirectory("/w/sub/new"),
  "make a link": ({ fs }) => fs.symlink("a", "/w/new"),
  "make a dangling link": ({ fs }) => fs.symlink("none", "/w/new"),
  "link within": ({ fs }) => fs.link("/w/b", "/w/new"),
  "link in": ({ fs }) => fs.link("/out/c", "/w/new"),
  "link out": ({ fs }) => fs.link("/w/a", "/out/new"),
  "create below": ({ fs }) => fs.writeFile("/w/sub/new", nothing),
  "create far below": ({ fs }) => fs.writeFile("/w/sub/deep/new", nothing),
  "remove one of two names": ({ fs }) => fs.remove("/w/h"),
  "remove a link": ({ fs }) => fs.remove("/w/link"),
  "remove an empty directory": ({ fs }) => fs.remove("/w/empty", { recursive: true }),
  "remove below": ({ fs }) => fs.remove("/w/sub/f"),
  "rename within": ({ fs }) => fs.rename("/w/b", "/w/new"),
  "rename a file with two names": ({ fs }) => fs.rename("/w/a", "/w/new"),
  "rename over a name": ({ fs }) => fs.rename("/w/b", "/w/a"),
  "rename over the last name": ({ fs }) => fs.rename("/w/a", "/w/b"),
  "rename in": ({ fs }) => fs.rename("/out/c", "/w/new"),
  "rename in over a name": ({ fs }) => fs.rename("/out/c", "/w/a"),
  "rename out": ({ fs }) => fs.rename("/w/a", "/out/new"),
  "rename out over a name": ({ fs }) => fs.rename("/w/a", "/out/c"),
  "rename to itself": ({ fs }) => fs.rename("/w/a", "/w/a"),
  "rename to its other name": ({ fs }) => fs.rename("/w/a", "/w/h"),
  "rename down": ({ fs }) => fs.rename("/w/b", "/w/sub/new"),
  "rename up over a name": ({ fs }) => fs.rename("/w/sub/f", "/w/b"),
  "rename a directory": ({ fs }) => fs.rename("/w/sub", "/w/new"),
  "rename a directory out": ({ fs }) => fs.rename("/w/sub", "/out/new"),
  "rename a directory over another": ({ fs }) => fs.rename("/out/d", "/w/empty")
}

const removal: ReadonlyArray<Step> = [
  ({ fs }) => fs.remove("/w/sub/f"),
  ({ fs }) => fs.remove("/w/sub/deep", { recursive: true }),
  ({ fs }) => fs.remove("/w/sub", { recursive: true }),
  ({ fs }) => fs.remove("/w/empty", { recursive: true }),
  ({ fs }) => fs.remove("/w/link"),
  ({ fs }) => fs.remove("/w/b"),
  ({ fs }) => fs.remove("/w/h"),
  ({ fs }) => fs.remove("/w/a"),
  ({ fs }) => fs.remove("/w", { recursive: true })
]

/** Cases with several steps, or with a step that makes several system calls. */
const sequences: Readonly<Record<string, ReadonlyArray<Step>>> = {
  "create, write and remove": [
    ({ fs }) => fs.writeFile("/w/new", nothing),
    ({ fs }) => fs.writeFile("/w/new", bytes, { flag: "a" }),
    ({ fs }) => fs.remove("/w/new")
  ],
  "remove both names": [({ fs }) => fs.remove("/w/h"), ({ fs }) => fs.remove("/w/a")],
  "rename over both names": [({ fs }) => fs.rename("/w/b", "/w/h"), ({ fs }) => fs.rename("/out/c", "/w/a")],
  "rename a directory in, and create in it": [
    ({ fs }) => fs.rename("/out/d", "/w/new"),
    ({ fs }) => fs.writeFile("/w/new/x", nothing),
    ({ fs }) => fs.rename("/w/new", "/out/d"),
    ({ fs }) => fs.writeFile("/out/d/y", nothing)
  ],
  "make a directory, and create in it": [
    ({ fs }) => fs.makeDirectory("/w/new"),
    ({ fs }) => fs.writeFile("/w/new/x", nothing),
    ({ fs }) => fs.remove("/w/new/x"),
    ({ fs }) => fs.remove("/w/new", { recursive: true })
  ],
  "replace a directory": [
    ({ fs }) => fs.rename("/w/sub", "/out/new"),
    ({ fs }) => fs.makeDirectory("/w/sub"),
    ({ fs }) => fs.writeFile("/w/sub/x", nothing),
    ({ fs }) => fs.writeFile("/out/new/x", nothing)
  ],
  "rename the directory, and continue in it": [
    ({ fs }) => fs.rename("/w", "/v"),
    ({ fs }) => fs.writeFile("/v/new", nothing),
    ({ fs }) => fs.chmod("/v/a", 0o600),
    ({ fs }) => fs.chmod("/v", 0o700),
    ({ fs }) => fs.rename("/v", "/w"),
    ({ fs }) => fs.remove("/w/new")
  ],
  "replace the directory": [
    ({ fs }) => fs.rename("/w", "/v"),
    ({ fs }) => fs.makeDirectory("/w"),
    ({ fs }) => fs.writeFile("/w/new", nothing),
    ({ fs }) => fs.chmod("/v", 0o700)
  ],
  "replace the directory with a file": [
    ({ fs }) => fs.rename("/w", "/v"),
    ({ fs }) => fs.writeFile("/w", nothing),
    ({ fs }) => fs.chmod("/v", 0o700),
    ({ fs }) => fs.rename("/v/a", "/v/new"),
    ({ fs }) => fs.chmod("/v/sub", 0o700)
  ],
  "replace the directory with a link to itself": [
    ({ fs }) => fs.rename("/w", "/v"),
    ({ fs }) => fs.symlink("w", "/w"),
    ({ fs }) => fs.chmod("/v", 0o700),
    ({ fs }) => fs.rename("/v/a", "/v/new"),
    ({ fs }) => fs.chmod("/v/sub", 0o700)
  ],
  "remove the directory": [
    ...removal,
    ({ fs }) => fs.makeDirectory("/w"),
    ({ fs }) => fs.writeFile("/w/a", nothing)
  ]
}

type FileStep = (file: PlainFile, subject: Subject) => Promise<unknown>

/** Runs steps with a file that is opened first. */
const whileOpen = (path: string, ...steps: ReadonlyArray<FileStep>): ReadonlyArray<Step> => {
  const withFile = (step: FileStep): Step => (subject) => {
    const [file] = subject.files
    return file === undefined ? Promise.reject(new Error("it is not open")) : step(file, subject)
  }
  return [({ open }) => open(path), ...[...steps, (file: PlainFile) => file.close()].map(withFile)]
}

const opened: Readonly<Record<string, ReadonlyArray<Step>>> = {
  "write to an open file": whileOpen("/w/b", (file) => file.write(bytes), (file) => file.truncate(0)),
  "write to an open file that was removed": whileOpen(
    "/w/b",
    (_, { fs }) => fs.remove("/w/b"),
    (file) => file.write(bytes),
    (_, { fs }) => fs.writeFile("/w/b", nothing),
    (file) => file.truncate(0)
  ),
  "write to an open file that was renamed": whileOpen(
    "/w/b",
    (_, { fs }) => fs.rename("/w/b", "/w/new"),
    (file) => file.write(bytes),
    (_, { fs }) => fs.rename("/w/new", "/out/new"),
    (file) => file.write(bytes)
  ),
  "remove the directory of an open file": whileOpen(
    "/w/sub/f",
    (_, { fs }) => fs.rename("/w/sub", "/w/empty"),
    (_, { fs }) => fs.remove("/w/empty/f"),
    (_, { fs }) => fs.remove("/w/empty", { recursive: true })
  ),
  "remove the directory above an open file": whileOpen(
    "/w/sub/f",
    ...removal.map((step) => (_: PlainFile, subject: Subject) => step(subject))
  ),
  "write to an open file that was replaced": whileOpen(
    "/w/b",
    (_, { fs }) => fs.rename("/w/sub/f", "/w/b"),
    (file) => file.write(bytes)
  ),
  "write to an open file, after its other name was used": whileOpen(
    "/w/a",
    (_, { fs }) => fs.stat("/w/h"),
    (file) => file.write(bytes)
  ),
  "write to an open file, after its own name was removed": whileOpen(
    "/w/a",
    (_, { fs }) => fs.remove("/w/a"),
    (_, { fs }) => fs.chmod("/w/h", 0o600),
    (file) => file.write(bytes),
    (_, { fs }) => fs.remove("/w/h"),
    (file) => file.write(bytes)
  ),
  "write to an open file, after its own name was changed": whileOpen(
    "/w/h",
    (_, { fs }) => fs.rename("/w/h", "/w/new"),
    (_, { fs }) => fs.chmod("/w/a", 0o600),
    (file) => file.write(bytes)
  ),
  "write to an open file outside, which has a name inside": whileOpen(
    "/out/c",
    (_, { fs }) => fs.link("/out/c", "/w/new"),
    (file) => file.write(bytes),
    (_, { fs }) => fs.writeFile("/w/new", bytes, { flag: "a" }),
    (file) => file.write(bytes)
  )
}

/** Cases that need calls of the C library. */
const native: Readonly<Record<string, ReadonlyArray<Step>>> = {
  "make a fifo": [({ directory }) => directory.makeNode("/w/new", { type: "FIFO" })],
  "exchange within": [({ directory }) => directory.rename("/w/a", "/w/b", { mode: "exchange" })],
  "exchange with one outside": [({ directory }) => directory.rename("/w/a", "/out/c", { mode: "exchange" })],
  "exchange a file and a directory": [({ directory }) => directory.rename("/w/a", "/w/sub", { mode: "exchange" })],
  "exchange the directory": [
    ({ directory }) => directory.rename("/w", "/out", { mode: "exchange" }),
    ({ fs }) => fs.writeFile("/w/new", nothing),
    ({ fs }) => fs.writeFile("/out/new", nothing)
  ],
  "write to an open file that was exchanged": whileOpen(
    "/w/a",
    (_, { directory }) => directory.rename("/w/a", "/w/b", { mode: "exchange" }),
    (file) => file.write(bytes),
    (_, { fs }) => fs.writeFile("/w/a", bytes, { flag: "a" })
  )
}

export interface Case {
  readonly name: string
  readonly isNative: boolean
  readonly steps: ReadonlyArray<Step>
}

const casesOf = (table: Readonly<Record<string, ReadonlyArray<Step>>>, isNative = false): ReadonlyArray<Case> =>
  Object.entries(table).map(([name, steps]) => ({ name, steps, isNative }))

export const cases: ReadonlyArray<Case> = [
  ...Object.entries(calls).map(([name, step]) => ({ name, steps: [step], isNative: false })),
  ...casesOf({ ...sequences, ...opened }),
  ...casesOf(native, true)
]

export interface Place {
  readonly name: string
  readonly path: string
  readonly recursive: boolean
  readonly isFile: boolean
}

/** What is watched. Each case runs with each of these. */
export const places: ReadonlyArray<Place> = [
  { name: "the directory", path: "/w", recursive: false, isFile: false },
  { name: "the directory and all below", path: "/w", recursive: true, isFile: false },
  { name: "a file", path: "/w/a", recursive: false, isFile: true },
  { name: "a directory in it", path: "/w/sub", recursive: false, isFile: false }
]
