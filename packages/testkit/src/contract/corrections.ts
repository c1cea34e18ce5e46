/**
 * Where the plain Node file system is not what the kernel, or the contract of `FileSystem`, asks for: the few places in
 * which the oracle is corrected, each with its reason.
 */
import { SystemError } from "@effect/platform/Error"
import { type CopyOptions, FileSystem, type MakeTempFileOptions, type RemoveOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { dirname, join, relative } from "node:path"
import { isRecord } from "effect/Predicate"
import { negative } from "./arguments.js"
import type { Answer, Case, Report, Step } from "./model.js"

/** Methods that ask Node for something else than the layer does. */
export const corrected = Layer.effect(
  FileSystem,
  Effect.map(FileSystem, (fs) =>
    FileSystem.of({
      ...fs,
      // `fs.realpath` removes `..` and slashes from the text before it looks; the native one is realpath(3), which minds
      // no length.
      realPath: (path) =>
        ask("realPath", path, async () => {
          await Fs.promises.stat(path).catch(saying("realpath"))
          return Fs.promises.realpath(path)
        }),
      ...temporary,
      copy: (from, to, options) => ask("copy", from, () => copy(from, to, options)),
      // `fs.rm` takes `x/..` for x's parent and empties it; and where slashes lead through a link it says that all is well.
      remove: (path, options) =>
        options?.recursive === true && (/(^|\/)\.\.\/*$/.test(path) || isLinkWithSlash(path))
          ? ask("remove", path, () => removeEmpty(path, options))
          : fs.remove(path, options),
      // Without `withFileTypes` Node goes through links, where a link to a parent makes a listing 40 levels deep.
      readDirectory: (path, options) =>
        options?.recursive === true
          ? Effect.zipRight(fs.readDirectory(path), ask("readDirectory", path, () => list(path)))
          : fs.readDirectory(path, options)
    }))
)

const removeEmpty = async (path: string, { force = false }: RemoveOptions) => {
  const found = await Fs.promises.stat(path).catch((error: NodeJS.ErrnoException) => {
    if (!force || error.code !== "ENOENT") return saying("lstat")(error)
  })
  return found && Fs.promises.rmdir(path)
}

/** The error of a question before the question names the system call that the method makes. */
const saying = (syscall: string) => (error: object): never => {
  throw Object.assign(error, { syscall })
}

/** From the directory's own path, since Node joins names to the text it is given and takes `..` out of it. */
const list = async (path: string) => {
  const directory = await Fs.promises.realpath(path)
  const entries = await Fs.promises.readdir(directory, { recursive: true, withFileTypes: true })
  return entries.map(({ name, parentPath }) => relative(directory, join(parentPath, name)))
}

/**
 * `fs.cp` rewrites relative links from the text of the path, where `cp -r`, as which `copy` is documented, keeps them; it
 * compares the texts of links as if they were paths in the working directory, and overwrites links unasked; and it takes
 * the text before a last `..` for the parent of the destination.
 */
const copy = async (from: string, to: string, options: CopyOptions = {}) => {
  const overwrite = options.overwrite ?? false
  // Node refuses these before it looks at anything.
  if (`${from}${to}`.includes("\0")) return Fs.promises.cp(from, to)
  if (to === "") {
    await Fs.promises.lstat(from)
    await Fs.promises.lstat(to)
  }
  if (await replacesByLink(from, to)) {
    if (!overwrite) return
    const text = await Fs.promises.readlink(from)
    await Fs.promises.unlink(to)
    return Fs.promises.symlink(text, to)
  }
  if (await isIntoItself(from, to)) {
    throw Object.assign(new Error("into itself"), { code: "ERR_FS_CP_EINVAL", syscall: "cp" })
  }
  return Fs.promises.cp(from, /(^|\/)\.\.$/.test(to) ? await Fs.promises.realpath(to).catch(() => to) : to, {
    force: overwrite,
    preserveTimestamps: options.preserveTimestamps ?? false,
    recursive: true,
    verbatimSymlinks: true
  })
}

/** Where the parents of the destination are missing, Node does not look further up, and a link leads it in a circle. */
const isIntoItself = async (from: string, to: string): Promise<boolean> => {
  const there = (path: string) => Fs.promises.realpath(path).catch(() => undefined)
  const reached = await Fs.promises.lstat(to).catch(({ code }: NodeJS.ErrnoException) => code)
  if (reached !== "ENOENT" || !(await Fs.promises.lstat(from)).isDirectory()) return false
  for (let above = dirname(to); above !== "." && above !== "/"; above = dirname(above)) {
    const found = await there(above)
    if (found !== undefined) return !relative(await Fs.promises.realpath(from), found).startsWith("..")
  }
  return false
}

const replacesByLink = async (from: string, to: string): Promise<boolean> => {
  if (!(await Fs.promises.lstat(from)).isSymbolicLink()) return false
  const old = await Fs.promises.lstat(to).catch(() => undefined)
  return old !== undefined && !old.isDirectory() && old.ino !== (await Fs.promises.lstat(from)).ino
}

/**
 * Node's layer removes `..` from the directory it is told before it looks, and joins what is put in front of a random
 * name in the same way.
 */
const makeTemporary = (method: string, { directory = "/tmp", prefix = "" }: MakeTempFileOptions = {}) => {
  const text = `${directory.replace(/\/+$/, "")}/${prefix}`
  return ask(method, text, () => Fs.promises.mkdtemp(text))
}

const makeTemporaryFile = (method: string, options?: MakeTempFileOptions) =>
  Effect.tap(
    Effect.map(makeTemporary(method, options), (directory) =>
      `${directory}/${randomBytes(6).toString("hex")}${options?.suffix ?? ""}`),
    (path) =>
      ask(method, path, () => Fs.promises.writeFile(path, ""))
  )

const removed = (path: string) => Effect.promise(() => Fs.promises.rm(path, { recursive: true }))

const temporary = {
  makeTempDirectory: (options?: MakeTempFileOptions) => makeTemporary("makeTempDirectory", options),
  makeTempDirectoryScoped: (options?: MakeTempFileOptions) =>
    Effect.acquireRelease(makeTemporary("makeTempDirectoryScoped", options), removed),
  makeTempFile: (options?: MakeTempFileOptions) => makeTemporaryFile("makeTempFile", options),
  makeTempFileScoped: (options?: MakeTempFileOptions) =>
    Effect.acquireRelease(makeTemporaryFile("makeTempFileScoped", options), (path) => removed(dirname(path)))
}

const isLinkWithSlash = (path: string): boolean => {
  try {
    return path.endsWith("/") && Fs.lstatSync(path).isDirectory() &&
      Fs.lstatSync(path.replace(/\/+$/, "")).isSymbolicLink()
  } catch {
    return false
  }
}

const reasons: Readonly<Record<string, SystemError["reason"]>> = {
  EACCES: "PermissionDenied",
  EBUSY: "Busy",
  EEXIST: "AlreadyExists",
  EISDIR: "BadResource",
  ELOOP: "BadResource",
  ENOENT: "NotFound",
  ENOTDIR: "BadResource"
}

const ask = <A>(method: string, path: string, call: () => Promise<A>): Effect.Effect<A, SystemError> =>
  Effect.tryPromise({
    try: call,
    catch: (cause) => {
      const { code = "", syscall = "unknown" } = cause as NodeJS.ErrnoException // what node:fs rejects with
      return new SystemError({
        module: "FileSystem",
        method,
        reason: reasons[code] ?? "Unknown",
        pathOrDescriptor: path,
        syscall,
        cause
      })
    }
  })

interface Correction {
  readonly reason: string
  readonly applies: (testCase: Case, report: Report) => boolean
  readonly report: (report: Report) => Report
}

const isIll = (value: unknown): boolean =>
  typeof value === "string" ? !value.isWellFormed() : isRecord(value) && Object.values(value).some(isIll)

const refused: Answer = { error: { tag: "BadArgument" } }

const withoutBytes: Answer = { error: { tag: "BadArgument", code: "EILSEQ" } }

const isDefect = (answer: unknown): boolean => isRecord(answer) && "defect" in answer

/** Whether a call has died, or one of the steps that its answer lists. */
const hasDefect = (answer: Answer): boolean =>
  isDefect(answer) || ("ok" in answer && Array.isArray(answer.ok) && answer.ok.some(isDefect))

const withoutDefects = (answer: Answer): Answer =>
  "ok" in answer && Array.isArray(answer.ok)
    ? { ok: answer.ok.map((step: unknown) => isDefect(step) ? refused : step) }
    : refused

const isCount = (count: unknown): boolean => Number.isSafeInteger(Number(count)) && Number(count) >= 0

const isBadAlloc = ([method, size]: Step): boolean => method === "readAlloc" && !isCount(size)

/** Answers that are wrong whatever Node is asked for. */
const corrections: ReadonlyArray<Correction> = [
  {
    reason: "a text that has no bytes names no file; Node puts another character in the place of half of one",
    applies: ({ args }) => args.some(isIll) && !JSON.stringify(args).includes("\\u0000"),
    report: (report) => ({ ...report, answer: withoutBytes, changes: [] })
  },
  {
    reason: "a temporary file whose suffix is refused leaves nothing; Node's layer has made its directory by then",
    applies: ({ method }, { answer }) => method.startsWith("makeTempFile") && isDeepStrictEqual(answer, refused),
    report: (report) => ({ ...report, changes: [] })
  },
  {
    reason: "a number that is none is an error of the caller's, not a defect",
    applies: (_, { answer }) => hasDefect(answer),
    report: (report) => ({ ...report, answer: withoutDefects(report.answer), changes: [] })
  },
  {
    reason: "bytes are counted in whole numbers from 0; Node's layer takes all but those that BigInt refuses",
    applies: ({ args, method, steps }) =>
      method === "stream"
        ? isRecord(args[1]) && !Object.values(args[1]).every(isCount)
        : steps?.some(isBadAlloc) === true,
    report: (report) => ({
      ...report,
      answer: "ok" in report.answer && Array.isArray(report.answer.ok) ? { ok: [refused] } : refused
    })
  },
  {
    reason: "nothing is read or written at a negative position; Node takes −1 for the position that the kernel keeps",
    applies: ({ steps }) => steps === negative,
    report: (report) => ({
      ...report,
      answer: { ok: negative.map(([method]) => method === "seek" ? { ok: "-1" } : refused) },
      changes: []
    })
  },
  {
    reason: "libuv makes the destination of a copy that then fails, and takes it away again, whatever was there before",
    applies: ({ method }, { answer }) => method === "copyFile" && "error" in answer,
    report: (report) => ({ ...report, changes: [] })
  }
]

/** Node ends the whole process, by an assertion in C++, when it is given a mode that takes the 32nd bit. */
const isLethal = (mode: unknown): boolean => typeof mode === "number" && mode >= 2 ** 31 && mode < 2 ** 32

/** What Node cannot be asked, and what it should say. */
export const unasked = ({ args, method }: Case): Report | undefined =>
  isLethal(method === "chmod" ? args[1] : args.map((arg) => isRecord(arg) && arg["mode"]).find(isLethal))
    ? { answer: refused, changes: [], leaks: [] }
    : undefined

/** What the oracle should have said. */
export const correct = (testCase: Case, report: Report): Report =>
  corrections.find(({ applies }) => applies(testCase, report))?.report(report) ?? report
