/** All functions of `node:fs`, over the functions with promises and the synchronous ones of a root. */
import * as NodeFs from "node:fs"
import { callbackify, promisify } from "node:util"
import type { Fs, Root } from "../../Fs.js"
import { callbackOf, splitCallback } from "./arguments.js"
import { type Descriptors, descriptors, type OpenedFile } from "./descriptors.js"
import { nodeFunctions, withDescriptors } from "./descriptorFunctions.js"
import { Dir } from "./directories.js"
import { invalidType } from "./errors.js"
import { FileHandle } from "./fileHandle.js"
import { Dirent, Stats } from "./stats.js"
import { type Class, classesOf, openBy } from "./nodeStreams.js"
import { callsOf, descriptorOf, overriding, passTo, type Streamed } from "./streams.js"
import { inTurns } from "./turns.js"

type Member = readonly [name: string, member: unknown]

type Call = (...args: ReadonlyArray<unknown>) => Promise<unknown>

const isCall = (entry: Member): entry is [string, Call] => typeof entry[1] === "function"

/** The classes of what a root returns, by the names of Node's. */
const classes: ReadonlyMap<string, new(...args: never) => object> = new Map<string, new(...args: never) => object>([
  ["Dir", Dir],
  ["Dirent", Dirent],
  ["Stats", Stats]
])

/**
 * Whether a value is of one of Node's classes: the streams of a root are Node's own, and the functions for descriptors
 * return Node's `Stats`.
 */
const isOf = (name: string, own: Call, value: unknown): boolean => {
  const ofRoots = classes.get(name)
  return value instanceof own || (ofRoots !== undefined && value instanceof ofRoots)
}

/** Replaces each function and class by one that throws. `instanceof` still works with the classes. */
const refusing = (module: object, prefix: string): object =>
  Object.fromEntries(
    Object.entries(module).filter(isCall).map(([name, own]) => {
      const refuse = function() {
        const message = `ENOTSUP: ${prefix}.${name} is not available inside a root`
        throw Object.assign(new Error(message), { code: "ENOTSUP", syscall: name })
      }
      return [
        name,
        Object.defineProperty(refuse, Symbol.hasInstance, { value: (value: unknown) => isOf(name, own, value) })
      ]
    })
  )

/** Without a result, the callback gets no second argument, as in Node: `async.waterfall` passes on all that it gets. */
const withCallback = (call: (...args: ReadonlyArray<never>) => Promise<unknown>) => {
  const begin = callbackify(call)
  return (...args: ReadonlyArray<unknown>): void => {
    const [before, answer] = splitCallback(args)
    const ended = (error: unknown, value?: unknown) => value === undefined ? answer(error) : answer(error, value)
    Reflect.apply(begin, undefined, [...before, ended])
  }
}

/** The functions of `fs.promises` that have no namesake with a callback. */
const onlyPromised: ReadonlySet<string> = new Set(["mkdtempDisposable", "watch"])

const callbacksOf = (promises: object): object =>
  Object.fromEntries(
    Object.entries(promises).filter(isCall).filter(([name]) => !onlyPromised.has(name)).map(
      ([name, call]) => [name, withCallback(call)]
    )
  )

/** The only function whose callback gets no error. */
const existsOf = (access: Root["promises"]["access"]) => {
  const exists = (path: NodeFs.PathLike): Promise<boolean> => access(path).then(() => true, () => false)
  const begin = callbackify(exists)
  const answering = (path: NodeFs.PathLike, callback: unknown): void => {
    const answer = callbackOf(callback, "cb")
    begin(path, (_, isThere) => answer(isThere))
  }
  return Object.assign(answering, { [promisify.custom]: exists })
}

type Opened = (error: unknown, fd?: number) => void

type OpenFile = (path: NodeFs.PathLike, flags: string | number, mode: NodeFs.Mode) => Promise<Streamed>

/** For one stream of Node: opens the file in the root. */
const opening = (open: OpenFile, isClosed: () => boolean) => {
  let file: Streamed | undefined
  const opened = (): Streamed => {
    if (file === undefined) throw new Error("the file of the stream is not open")
    return file
  }
  return {
    ...callsOf(opened),
    open: (path: NodeFs.PathLike, flags: string | number, mode: NodeFs.Mode, done: Opened): void => {
      passTo(open(path, flags, mode), done, (handle) => {
        // A stream whose signal is already aborted closes before it opens, and nobody else has this file.
        if (isClosed()) return passTo(handle.close(), done, () => {})
        file = handle
        done(null, descriptorOf(file))
      })
    }
  }
}

/** The options of a stream, which can be an encoding. As in Node, a function in their place is ignored. */
const streamOptions = (options: unknown): { readonly fd?: unknown } => {
  if (typeof options === "string") return { encoding: options } as object
  if (typeof (options ?? {}) === "object") return options ?? {}
  if (typeof options === "function") return {}
  throw invalidType("options", "of type string or an instance of Object")
}

/** How streams get their files. */
interface Files extends Pick<Descriptors, "find"> {
  readonly open: OpenFile
}

/**
 * Makes the streams of Node open their files in the root. A stream for a descriptor or for an open file does not use its
 * path.
 */
const streaming = <S extends { readonly closed: boolean }>(
  { find, open }: Files,
  Stream: Class<S>,
  makeOf: (file: OpenedFile["handle"], options: object) => S
) =>
(path: NodeFs.PathLike, options?: unknown): S => {
  const given = streamOptions(options)
  const { fd } = given
  const file = fd instanceof FileHandle ? fd : find(fd)?.handle
  if (file !== undefined) return makeOf(file, given)
  let stream: S | undefined
  const fs = opening(open, () => stream?.closed === true)
  // The descriptor is read only once: if a getter had none for Node, Node would open the path on the host.
  stream = new Stream(path, overriding(given, (fd ?? undefined) === undefined ? { fs } : { fd }))
  return openBy(Stream, stream, fs.open)
}

interface OpeningFunctions {
  readonly open: Parameters<typeof openBy>[2]
}

/**
 * One of Node's classes of streams, but its streams call these functions. As with Node's, a call can also make a stream
 * of an object that inherits from it, which `graceful-fs` relies on.
 */
const streamClass = (own: Class<object>, fs: OpeningFunctions) => {
  const made = function(this: unknown, path: NodeFs.PathLike, options?: unknown): unknown {
    const args = [path, overriding(streamOptions(options), { fs })]
    const isInherited = new.target === undefined && this instanceof own
    const stream = isInherited
      ? Reflect.apply(own, this, args) ?? this
      : Reflect.construct(own, args, new.target ?? own)
    return openBy(own, stream, fs.open)
  }
  return Object.defineProperty(made, "prototype", { value: own.prototype })
}

interface HasDescriptors {
  readonly [descriptors]: Descriptors
}

/** @internal */
export const make = ({ promises, sync }: Root): Fs => {
  const { F_OK, R_OK, W_OK, X_OK } = sync.constants
  const own = (sync as Partial<HasDescriptors>)[descriptors] // the property is not in the public type
  const openNow = inTurns(async (path: NodeFs.PathLike, flags: string | number = "r", mode?: NodeFs.Mode) =>
    sync.openSync(path, flags, mode)
  )
  const openFile: OpenFile = async (...args) => {
    const file = await promises.open(...args)
    own?.add(file)
    return file
  }
  const openLater = async (...args: Parameters<OpenFile>): Promise<number> => descriptorOf(await openFile(...args))
  const { realpath } = promises
  const onDescriptors = own === undefined ? nodeFunctions : withDescriptors(own)
  const open = withCallback(own === undefined ? openNow : openLater)
  const ofStreams = { ...onDescriptors, open }
  const { ReadStream, WriteStream } = classesOf(NodeFs)
  const files: Files = { find: own?.find ?? (() => undefined), open: openFile }
  const members = {
    ...refusing(NodeFs, "fs"),
    // Programs call it to clean up, and in a root nothing is watched by `watchFile`.
    unwatchFile: () => {},
    ...callbacksOf(promises),
    ...sync,
    ...onDescriptors,
    ...(own === undefined ? {} : { openSync: own.openSync }),
    open,
    // Old programs use these instead of `constants`, and would check nothing without them.
    F_OK,
    R_OK,
    W_OK,
    X_OK,
    exists: existsOf(promises.access),
    realpath: Object.assign(withCallback(realpath), { native: withCallback(realpath) }),
    ReadStream: streamClass(ReadStream, ofStreams),
    WriteStream: streamClass(WriteStream, ofStreams),
    createReadStream: streaming(files, ReadStream, (file, options) => file.createReadStream(options)),
    createWriteStream: streaming(files, WriteStream, (file, options) => file.createWriteStream(options)),
    promises: { ...refusing(NodeFs.promises, "fs.promises"), ...promises }
  }
  return members as unknown as Fs // for Node's overloads, where an option decides the type of the result
}
