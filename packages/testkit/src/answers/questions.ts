/**
 * The questions for the file system in memory and for Node in a chroot: unusual texts for every method, unusual pairs
 * for methods with two paths, unusual numbers, and slashes where they do not belong. Questions that the two answer
 * differently on purpose are not here.
 */
import { closing } from "../closing.js"
import type { OpenFlag, PlainFile, PlainFileSystem, PlainTemporary } from "../edition.js"
import type { Question } from "./answer.js"

/** A file of the tree in which every question is asked. */
export interface Spec {
  readonly path: string
  readonly mode?: number
  readonly uid?: number
  /** A directory unless one of these is set. */
  readonly content?: string
  readonly target?: string
  readonly special?: "FIFO" | "Socket"
}

/** The user who asks, if not root. */
export const USER = 1234

const NAME = "n".repeat(256)

const links: Readonly<Record<string, string>> = {
  file: "../file",
  dir: "/dir",
  missing: "../missing",
  self: "self",
  "file-slash": "../file/",
  "dir-slash": "../dir/",
  "missing-slash": "../missing/",
  "missing-slashes": "missing-slash",
  "self-slash": "self-slash/",
  "self-by-slash": "self/",
  "below-missing-slash": "../missing/x/",
  "below-file-slash": "../file/x/",
  "locked-slash": "../noSearch/x/",
  "dir-dot": "../dir/.",
  "file-dot": "../file/.",
  "dir-dots": "../dir/..",
  "link-slash": "file/",
  root: "/",
  "long-slash": `${NAME}/`,
  long: NAME
}

export const tree: ReadonlyArray<Spec> = [
  { path: "/", mode: 0o777, uid: USER },
  { path: "/tmp", mode: 0o1777 },
  { path: "/dir", uid: USER },
  { path: "/dir/file", content: "in dir", uid: USER },
  { path: "/dir/sub", uid: USER },
  { path: "/empty", uid: USER },
  { path: "/file", content: "content", uid: USER },
  { path: "/other", content: "another", uid: USER },
  { path: "/readonly", content: "read only", mode: 0o444, uid: USER },
  { path: "/setid", content: "", mode: 0o6755, uid: USER },
  { path: "/fifo", special: "FIFO", uid: USER },
  { path: "/rooted", content: "of root" },
  { path: "/secret", content: "of root", mode: 0o600 },
  { path: "/noSearch", mode: 0o644, uid: USER },
  { path: "/noSearch/file", content: "", uid: USER },
  { path: "/noSearch/sub", uid: USER },
  { path: "/noWrite", mode: 0o555, uid: USER },
  { path: "/noWrite/file", content: "", uid: USER },
  { path: "/noWrite/sub", uid: USER },
  { path: "/links" },
  ...Object.entries(links).map(([name, target]) => ({ path: `/links/${name}`, target }))
]

const shown = (argument: unknown): string => {
  if (typeof argument === "number" || argument instanceof Date) return String(argument)
  const text = argument instanceof Uint8Array ? `${argument.length} bytes` : JSON.stringify(argument)
  return text.length > 60 ? `${text.slice(0, 20)}…${text.length}` : text
}

/** The methods that need no further calls. */
type Simple =
  | "access"
  | "chmod"
  | "chown"
  | "copy"
  | "copyFile"
  | "exists"
  | "link"
  | "makeDirectory"
  | "makeTempDirectory"
  | "makeTempDirectoryScoped"
  | "makeTempFile"
  | "makeTempFileScoped"
  | "readDirectory"
  | "readFile"
  | "readLink"
  | "remove"
  | "rename"
  | "stat"
  | "symlink"
  | "truncate"
  | "utimes"
  | "writeFile"

const isTemporary = (made: unknown): made is PlainTemporary =>
  typeof made === "object" && made !== null && "close" in made

const call = <M extends Simple>(method: M, ...args: Parameters<PlainFileSystem[M]>): Question => ({
  name: `${method}(${args.map(shown).join(", ")})`,
  ask: async (fs) => {
    const does = fs[method] as (...args: Parameters<PlainFileSystem[M]>) => Promise<unknown> // each has this type
    const made = await does(...args)
    if (isTemporary(made)) {
      await made.close()
      return made.path
    }
    // Effect's layer for Node also returns the result of `fs.mkdir`, and some fields of `stat`
    // depend on the file system.
    return method === "makeDirectory" || method === "stat" ? undefined : made
  }
})

const opened = (
  path: string,
  flag: OpenFlag,
  name: string,
  use: (file: PlainFile) => Promise<unknown>
): Question => ({
  name: `open(${shown(path)}, ${flag}).${name}`,
  ask: (fs) => closing(fs.open(path, { flag }), use)
})

const bytes = new TextEncoder().encode("written")
const nothing = new Uint8Array(0)

const statOf = async (file: PlainFile): Promise<void> => void await file.stat()

const LONG = `/${"x/".repeat(2048)}`

const words = (text: string): ReadonlyArray<string> => text.split(" ")

const around = (paths: ReadonlyArray<string>, ends: ReadonlyArray<string>): ReadonlyArray<string> =>
  paths.flatMap((path) => ends.map((end) => path + end))

const texts = ["", "\0", "/missing/\0", LONG, `${LONG}\0`, `/${NAME}/`].concat(
  around(["/missing", "/file", "/links/dir", "/noSearch/x", "/noSearch/sub", "/noWrite/new", "/noWrite/sub"], [
    "",
    "/"
  ]),
  around(["/dir/", "/dir/sub/", "/missing/", "/file/", "/noSearch/"], [".", ".."]),
  around(["/", "/missing/", "/file/", "/noSearch/"], [NAME]),
  words(
    "/ // . .. ./ ../ /. /.. /dir/./ /missing/x/ /file/x /dir /empty/ /links/dir/. /links/missing/ /links/self/ " +
      "/links/file/ /noSearch/file/ /noWrite/file/ /secret /rooted"
  )
)

const slashed = Object.keys(links).map((name) => `/links/${name}`)

/** Whether watching this path fails, so that the answer comes at once. */
const fails = (path: string): boolean => /missing|self|\0|n{256}|\/file\/|noSearch/.test(path)

const watch = (path: string): Question => ({
  name: `watch(${shown(path)})`,
  ask: async (fs) => {
    const watch = fs.watch(path, undefined, () => {})
    const timer = setTimeout(() => void watch.stop(), 1_000)
    await watch.ended.finally(() => clearTimeout(timer))
  }
})

const onePath = (path: string): ReadonlyArray<Question> => [
  call("access", path),
  call("access", path, { readable: true, writable: true }),
  call("chmod", path, 0o700),
  call("chown", path, -1, -1),
  call("exists", path),
  call("makeDirectory", path),
  call("makeDirectory", path, { recursive: true }),
  call("readDirectory", path),
  call("readFile", path),
  call("readLink", path),
  call("remove", path),
  call("remove", path, { force: true }),
  // For a recursive removal, Node reads `x/..` as the parent of `x`.
  ...(/\.\.\/*$/.test(path) ? [] : [call("remove", path, { recursive: true })]),
  call("stat", path),
  call("symlink", "target", path),
  call("truncate", path, 3),
  call("utimes", path, 1, 2),
  call("writeFile", path, bytes),
  call("writeFile", path, bytes, { flag: "wx" }),
  call("writeFile", path, bytes, { flag: "r+" }),
  opened(path, "r", "stat", statOf),
  opened(path, "a+", "stat", statOf),
  ...(fails(path) ? [watch(path)] : [])
]

const copies = (from: string, to: string): ReadonlyArray<Question> => [
  // Node reads `x/..` as the parent of `x` here too. And Node checks both paths for a NUL first,
  // the corrected judge later.
  ...(/noSearch\/\.\.$|\0/.test(to) ? [] : [call("copy", from, to), call("copy", from, to, { overwrite: true })]),
  call("copyFile", from, to)
]

const twoPaths = (from: string, to: string): ReadonlyArray<Question> => [
  ...copies(from, to),
  call("link", from, to),
  call("rename", from, to),
  call("symlink", from, to)
]

const sources = words(
  "/file /dir /empty /links/file /links/dir /links/missing /links/self /fifo /missing /secret /readonly /setid / /dir/sub " +
    "/links/dir/ /links/dir/. /noSearch /noWrite"
)

const destinations = words(
  "/new /new/deep /file /other /dir /dir/sub /dir/sub/x /empty /fifo /links/file /links/dir /links/missing /links/self " +
    "/rooted /secret /readonly /file/x /noSearch/x /noSearch/x/y /noWrite/x /dir/. /dir/sub/.. /links/dir/new / /missing/../x"
)

/** Numbers that no file system accepts, and those at the limits. */
const numbers = [0, 1.5, -1, -1.5, Number.NaN, Infinity, 2 ** 32, 2 ** 53, 1e300]

/** Numbers with which Node aborts if they are modes. */
const unsigned = [2 ** 31, 2 ** 32 - 1]

const withNumber = (n: number): ReadonlyArray<Question> => [
  call("chown", "/file", n, -1),
  call("chown", "/file", -1, n),
  call("chown", "/missing", n, n),
  call("truncate", "/file", n),
  call("truncate", "/missing", n),
  call("truncate", "/dir", n),
  call("utimes", "/file", n, 1),
  call("utimes", "/file", 1, n),
  call("utimes", "/missing", n, n),
  call("utimes", "/file", new Date(n), new Date(n)),
  call("utimes", "/rooted", new Date(n), new Date(n))
]

const withMode = (mode: number): ReadonlyArray<Question> => [
  call("chmod", "/file", mode),
  call("chmod", "/missing", mode),
  call("makeDirectory", "/new", { mode }),
  call("makeDirectory", "/new/deep", { mode, recursive: true }),
  call("makeDirectory", "/file", { mode }),
  call("writeFile", "/new", bytes, { mode }),
  call("writeFile", "/file", bytes, { mode }),
  { name: `open("/new", w, ${mode})`, ask: (fs) => closing(fs.open("/new", { flag: "w", mode }), async () => {}) },
  { name: `open("/missing", r, ${mode})`, ask: (fs) => closing(fs.open("/missing", { mode }), async () => {}) }
]

/** Without NaN, which Node treats as if it were left out. */
const lengths = numbers.filter((n) => !Number.isNaN(n))

const withLength = (n: number): ReadonlyArray<Question> => [
  opened("/file", "r+", `truncate(${n})`, (file) => file.truncate(n)),
  opened("/file", "r", `truncate(${n})`, (file) => file.truncate(n)),
  opened("/fifo", "r+", `truncate(${n})`, (file) => file.truncate(n))
]

const uses: Readonly<Record<string, (file: PlainFile) => Promise<unknown>>> = {
  read: (file) => file.read(new Uint8Array(3)),
  "read nothing": (file) => file.read(new Uint8Array(0)),
  readAlloc: (file) => file.readAlloc(3),
  "readAlloc nothing": (file) => file.readAlloc(0),
  write: (file) => file.write(bytes),
  "write nothing": (file) => file.write(nothing),
  writeAll: (file) => file.writeAll(bytes),
  "writeAll nothing": (file) => file.writeAll(nothing),
  truncate: (file) => file.truncate(),
  "truncate 2": (file) => file.truncate(2),
  sync: (file) => file.sync(),
  stat: statOf
}

const used = Object.entries(uses)
const flags: ReadonlyArray<OpenFlag> = ["r", "r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"]

const seeks = (offset: number | bigint): ReadonlyArray<Question> =>
  flags.filter((flag) => !flag.includes("x")).flatMap((flag) =>
    used.map(([name, use]) =>
      opened("/file", flag, `seek(${offset}).${name}`, async (file) => {
        const moved = [await file.seek(offset, "start"), await file.seek(1n, "current")]
        const answer = await use(file)
        return [moved, answer, await file.seek(0, "current")]
      })
    )
  )

const sink = (path: string, flag: OpenFlag, chunks: ReadonlyArray<Uint8Array>): Question => ({
  name: `sink(${path}, ${flag}) of ${chunks.map(({ length }) => length).join()}`,
  ask: (fs) => fs.sink(path, { flag }, chunks)
})

/**
 * Whether an open with this flag is asked. The fifo is only opened for reading and writing,
 * which never waits (fifo(7)).
 */
const fits = (path: string, flag: OpenFlag): boolean => path !== "/fifo" || flag === "r+" || flag === "a+"

const openFiles = (path: string): ReadonlyArray<Question> =>
  flags.filter((flag) => fits(path, flag)).flatMap((flag) => [
    ...used.map(([name, use]) => opened(path, flag, name, use)),
    call("writeFile", path, nothing, { flag }),
    sink(path, flag, []),
    sink(path, flag, [bytes, bytes]),
    sink(path, flag, [bytes, nothing, bytes])
  ])

const temporaries = (["makeTempDirectory", "makeTempDirectoryScoped", "makeTempFile", "makeTempFileScoped"] as const)
  .flatMap((method) => [
    ...["", "/missing", "/file", "/noSearch", "/noWrite", "/di\0r", LONG, "/links/self"].map((directory) =>
      call(method, { directory })
    ),
    call(method, { prefix: "a\0" }),
    call(method, { prefix: "n".repeat(250) }),
    call(method, { suffix: "\0" }),
    call(method, { suffix: "n".repeat(250) })
  ])

const pairs = (froms: ReadonlyArray<string>, tos: ReadonlyArray<string>, ask: typeof twoPaths) =>
  froms.flatMap((from) => tos.flatMap((to) => ask(from, to)))

/** Whether a question would wait for ever, since nothing writes to the fifo. */
const blocks = ({ name }: Question): boolean => /^(readFile|copyFile)\("\/fifo"/.test(name)

const all: ReadonlyArray<Question> = [
  ...[...texts, ...slashed].flatMap(onePath),
  ...pairs(texts, ["/new", "/dir"], twoPaths),
  ...pairs(["/file", "/dir"], [...texts, ...slashed], twoPaths),
  ...pairs(["/", LONG], texts, twoPaths),
  ...pairs(sources, destinations, copies),
  ...numbers.flatMap(withNumber),
  ...numbers.flatMap(withMode),
  ...unsigned.flatMap((n) => [call("chown", "/file", n, -1), call("utimes", "/file", n, n)]),
  ...lengths.flatMap(withLength),
  ...[0, 3n, 100].flatMap(seeks),
  ...["/file", "/new", "/fifo", "/dir"].flatMap(openFiles),
  ...temporaries
]

/** All questions, each once. */
export const questions: ReadonlyArray<Question> = [
  ...new Map(all.filter((question) => !blocks(question)).map((question) => [question.name, question])).values()
]

/** Whether a question leaves the tree unchanged. Some of those that fail stop halfway. */
export const keeps = ({ name }: Question, answer: object): boolean =>
  /^(access|exists|read|stat|watch)/.test(name) || ("error" in answer && !/^(copy|make|open|remove|sink)/.test(name))
