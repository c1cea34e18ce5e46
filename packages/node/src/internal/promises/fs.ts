/** All functions of `node:fs`, over the functions with promises and the synchronous ones of a root. */
import * as NodeFs from "node:fs"
import { callbackify, promisify } from "node:util"
import type { FileHandle } from "../../Promises.js"
import type { Fs, Root } from "../../Fs.js"
import { invalidType } from "./errors.js"
import { callsOf, type Streamed } from "./streams.js"

type Member = readonly [name: string, member: unknown]

type Call = (...args: ReadonlyArray<unknown>) => Promise<unknown>

const isCall = (entry: Member): entry is [string, Call] => typeof entry[1] === "function"

/** Functions that take a descriptor and no path, so they cannot leave the root. Each also ends in `Sync`. */
const onDescriptors: ReadonlySet<string> = new Set([
  "close",
  "fchmod",
  "fchown",
  "fdatasync",
  "fstat",
  "fsync",
  "ftruncate",
  "futimes",
  "read",
  "readv",
  "write",
  "writev"
])

const isOnDescriptor = ([name]: Member): boolean => onDescriptors.has(name.replace(/Sync$/, ""))

/** Replaces each function and class by a function that throws. */
const refusing = (module: object, prefix: string): object =>
  Object.fromEntries(
    Object.entries(module).filter(isCall).map(([name]) => {
      const refuse = () => {
        const message = `ENOTSUP: ${prefix}.${name} is not available inside a root`
        throw Object.assign(new Error(message), { code: "ENOTSUP", syscall: name })
      }
      return [name, refuse]
    })
  )

const callbacksOf = (promises: Root["promises"]): object =>
  Object.fromEntries(
    Object.entries(promises).filter(isCall).filter(([name]) => name !== "watch").map(
      ([name, call]) => [name, callbackify(call)]
    )
  )

type AnswerExists = (isThere: boolean) => void

/** The only function whose callback gets no error. */
const existsOf = (access: Root["promises"]["access"]) => {
  const exists = (path: NodeFs.PathLike): Promise<boolean> => access(path).then(() => true, () => false)
  const begin = callbackify(exists)
  const withCallback = (path: NodeFs.PathLike, answer: AnswerExists): void => {
    if (typeof answer !== "function") throw invalidType("cb", "of type function")
    begin(path, (_, isThere) => answer(isThere))
  }
  return Object.assign(withCallback, { [promisify.custom]: exists })
}

type Opened = (error: unknown, fd?: number) => void

/** For one stream of Node: opens the file in the root. */
const opening = (open: Root["promises"]["open"]) => {
  let file: FileHandle | undefined
  const opened = (): Streamed => {
    if (file === undefined) throw new Error("the file of the stream is not open")
    return file
  }
  return {
    ...callsOf(opened),
    open: (path: NodeFs.PathLike, flags: string | number, mode: NodeFs.Mode, done: Opened): void => {
      open(path, flags, mode).then((handle) => {
        file = handle
        done(null, handle.fd)
      }, done)
    }
  }
}

interface StreamOptions {
  readonly encoding?: BufferEncoding
  readonly fd?: unknown
}

/** Makes the streams of Node open their files in the root. A stream for a descriptor does not use its path. */
const streaming =
  <S>({ open }: Root["promises"], make: (path: NodeFs.PathLike, options: object) => S) =>
  (path: NodeFs.PathLike, options: BufferEncoding | StreamOptions = {}): S => {
    const given: StreamOptions = typeof options === "string" ? { encoding: options } : options
    return make(path, (given.fd ?? undefined) === undefined ? { ...given, fs: opening(open) } : given)
  }

/** @internal */
export const make = ({ promises, sync }: Root): Fs => {
  const { F_OK, R_OK, W_OK, X_OK } = sync.constants
  const open = async (path: NodeFs.PathLike, flags: string | number = "r", mode?: NodeFs.Mode) =>
    sync.openSync(path, flags, mode)
  const { realpath } = promises
  const members = {
    ...refusing(NodeFs, "fs"),
    ...callbacksOf(promises),
    ...sync,
    ...Object.fromEntries(Object.entries(NodeFs).filter(isOnDescriptor)),
    // Old programs use these instead of `constants`, and would check nothing without them.
    F_OK,
    R_OK,
    W_OK,
    X_OK,
    exists: existsOf(promises.access),
    open: callbackify(open),
    realpath: Object.assign(callbackify(realpath), { native: callbackify(realpath) }),
    createReadStream: streaming(promises, NodeFs.createReadStream),
    createWriteStream: streaming(promises, NodeFs.createWriteStream),
    promises: { ...refusing(NodeFs.promises, "fs.promises"), ...promises }
  }
  return members as unknown as Fs // for Node's overloads, where an option decides the type of the result
}
