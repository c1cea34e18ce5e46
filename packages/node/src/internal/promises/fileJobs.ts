/** The operations on an open file that `node:fs` has for a descriptor: each as a job, to be run in any way. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { File, Position } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { exactTimeOf, idOf, lengthOf, modeOf } from "./arguments.js"
import { invalidType, invalidValue, outOfRange } from "./errors.js"
import type { Method } from "./methods.js"
import { bigStatsOf, statsOf } from "./stats.js"
import { bufferOf, bytesOf, encodingOf, viewedBytes } from "./texts.js"
import { type Buffers, bytesOfAll, gathered, scatter, vectorPositionOf, wholeOf } from "./vectors.js"

/**
 * An operation on an open file, and the result that is made from its value.
 *
 * @internal
 */
export interface FileJob<A, B = A> {
  readonly method: Method
  readonly syscall: string
  readonly begin: () => Program.Program<A>
  readonly resultOf: (value: A) => B
}

/** @internal */
export type OpenFile = File<unknown>

type Place = number | bigint | null | undefined

/** Which part of a buffer is read or written, and where in the file. */
interface Part {
  readonly offset?: number | null | undefined
  readonly length?: number | null | undefined
  readonly position?: Place
}

/**
 * The arguments after the file, in any form that Node takes.
 *
 * @internal
 */
export type ReadArguments = [
  first?: ArrayBufferView | Part & { readonly buffer?: ArrayBufferView | undefined } | null,
  second?: Part | number | null,
  length?: number | null,
  position?: Place
]

/** @internal */
export type WriteArguments = [
  data: ArrayBufferView | string,
  second?: Part | number | null,
  third?: number | string | null,
  position?: Place
]

/** The most bytes that a read without a buffer reads. */
const DEFAULT_LENGTH = 16_384

/** Node writes the bytes of an incomplete hexadecimal text in `writeFile`, but not in `write`. */
const textOf = (text: string, encoding: string | undefined): Uint8Array => {
  if (encoding?.toLowerCase() === "hex" && text.length % 2 !== 0) {
    throw invalidValue("ERR_INVALID_ARG_VALUE", `The argument 'encoding' is invalid for data of length ${text.length}`)
  }
  return bytesOf(text, encodingOf(encoding))
}

/** In Node, −1 means the current position of the file, which the kernel keeps. */
const positionOf = (position: Place): Position => {
  if (position === undefined || position === null) return "shared"
  if (typeof position !== "number" && typeof position !== "bigint") {
    throw invalidType("position", "a number or a bigint")
  }
  if (Number(position) === -1) return "shared"
  if (typeof position === "number" && !Number.isInteger(position)) throw outOfRange("position", position)
  return BigInt(position)
}

const countOf = (count: unknown, name: string, most: number): number => {
  if (typeof count !== "number") throw invalidType(name, "of type number")
  if (!Number.isInteger(count) || count < 0 || count > most) throw outOfRange(name, count)
  return count
}

const partOf = (buffer: ArrayBufferView, { length, offset }: Part): Uint8Array => {
  if (!ArrayBuffer.isView(buffer)) throw invalidType("buffer", "a Buffer, a TypedArray or a DataView")
  const { byteLength } = buffer
  const start = countOf(offset ?? 0, "offset", byteLength)
  const size = countOf(length ?? byteLength - start, "length", byteLength - start)
  return viewedBytes(buffer, start, size)
}

const partAt = (buffer: ArrayBufferView, part: Part): [bytes: Uint8Array, at: Position] => [
  partOf(buffer, part),
  positionOf(part.position)
]

/** The arguments after the buffer, in either form. */
const partFrom = (part: Part | number | undefined, length?: number | null, position?: Place): Part =>
  typeof part === "object" ? part : { offset: part, length, position }

const same = <A>(value: A): A => value

type Nothing = FileJob<void>

/** @internal */
export const close = (file: OpenFile): Nothing => ({
  method: "close",
  syscall: "close",
  begin: () => file.close(),
  resultOf: same
})

/** @internal */
export const sync = (file: OpenFile): Nothing => ({
  method: "sync",
  syscall: "fsync",
  begin: () => file.sync(),
  resultOf: same
})

/** @internal */
export const datasync = (file: OpenFile): Nothing => ({
  method: "datasync",
  syscall: "fdatasync",
  begin: () => file.datasync(),
  resultOf: same
})

/** @internal */
export const truncate = (file: OpenFile, length: unknown = 0): Nothing => ({
  method: "truncate",
  syscall: "ftruncate",
  begin: () => file.truncate(lengthOf(length)),
  resultOf: same
})

/** @internal */
export const chmod = (file: OpenFile, mode: number | string): Nothing => ({
  method: "chmod",
  syscall: "fchmod",
  begin: () => file.chmod(modeOf(mode)),
  resultOf: same
})

/** @internal */
export const chown = (file: OpenFile, uid: number, gid: number): Nothing => ({
  method: "chown",
  syscall: "fchown",
  begin: () => file.chown(idOf(uid, "uid"), idOf(gid, "gid")),
  resultOf: same
})

/** @internal */
export const utimes = (file: OpenFile, atime: unknown, mtime: unknown): Nothing => ({
  method: "utimes",
  syscall: "futime",
  begin: () => file.utimes(exactTimeOf(atime), exactTimeOf(mtime)),
  resultOf: same
})

const attributes = { method: "stat", syscall: "fstat" } as const

/** @internal */
export const stat = (file: OpenFile) => ({ ...attributes, begin: () => file.stat(), resultOf: statsOf })

/** @internal */
export const bigStat = (file: OpenFile) => ({
  ...attributes,
  begin: () => file.statExact(),
  resultOf: bigStatsOf
})

/** @internal */
export const read = (file: OpenFile, ...[first, second, length, position]: ReadArguments) => {
  if (typeof (first ?? {}) !== "object") throw invalidType("options", "of type object")
  const { buffer = bufferOf(new Uint8Array(DEFAULT_LENGTH)), ...part } = ArrayBuffer.isView(first)
    ? { buffer: first, ...partFrom(second ?? undefined, length, position) }
    : first ?? {}
  const [bytes, at] = partAt(buffer, part)
  return {
    method: "read",
    syscall: "read",
    begin: () => file.read(bytes, at),
    resultOf: (bytesRead: number) => ({ bytesRead, buffer })
  } as const
}

/** @internal */
export const write = (file: OpenFile, ...[data, second, third, position]: WriteArguments) => {
  const [bytes, at] = typeof data === "string"
    ? [
      textOf(data, typeof third === "string" ? third : undefined),
      positionOf(typeof second === "number" ? second : undefined)
    ]
    // In `write`, but not in `read`, Node takes `null` for an object without options, and ignores what comes after it.
    : partAt(data, partFrom(second === null ? {} : second, typeof third === "number" ? third : undefined, position))
  // Like Node, makes no system call for an empty buffer, but makes one for empty text.
  const makesNone = bytes.length === 0 && typeof data !== "string"
  return {
    method: "write",
    syscall: "write",
    begin: () => makesNone ? Program.sync(() => 0) : file.write(bytes, at),
    resultOf: (bytesWritten: number) => ({ bytesWritten, buffer: data })
  } as const
}

/** @internal */
export const readv = <A extends Buffers>(file: OpenFile, buffers: A, position?: number) => {
  const [parts, at] = [bytesOfAll(buffers), vectorPositionOf(position)]
  const whole = wholeOf(parts)
  return {
    method: "readv",
    syscall: "read",
    begin: () => {
      // As libuv does (`uv_fs_read` in `src/unix/fs.c`).
      if (parts.length === 0) throw Errno.make("EINVAL")
      return file.read(whole, at)
    },
    resultOf: (bytesRead: number) => {
      if (parts.length > 1) scatter(whole, bytesRead, parts)
      return { bytesRead, buffers }
    }
  } as const
}

/** @internal */
export const writev = <A extends Buffers>(file: OpenFile, buffers: A, position?: number) => {
  const [parts, at] = [bytesOfAll(buffers), vectorPositionOf(position)]
  return {
    method: "writev",
    syscall: "write",
    // Like Node, makes no system call for an empty list, but makes one for a list of empty buffers.
    begin: () => parts.length === 0 ? Program.sync(() => 0) : file.write(gathered(parts), at),
    resultOf: (bytesWritten: number) => ({ bytesWritten, buffers })
  } as const
}
