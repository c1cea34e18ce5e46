/** The operations on what is in files and directories. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem, OpenFileOptions } from "@effect/platform/FileSystem"
import { close, closeSync, constants, copyFile, fstatSync, read, readdirSync, write } from "node:fs"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { descriptorPath, S_IFDIR, S_IFMT, S_IFREG } from "../constants.js"
import { Handle } from "../handle.js"
import { fromNode } from "../pathBytes.js"
import { OpenFile } from "./file.js"
import type { Inside } from "./inside.js"
import { flagsOf, openFile } from "./open.js"
import { errnoError } from "../errnoError.js"
import { operation, pooled } from "./operation.js"

const { O_CREAT, O_WRONLY } = constants

/** How much of a file without a size (those of procfs) is read at once. */
const CHUNK = 65_536

/** A file system may write out a file when it is closed, and take its time. */
const closeOnPool = (fd: number, path: string): Effect.Effect<void> =>
  Effect.ignore(pooled<void>("close", path, (done) => close(fd, (error) => done(error ?? null))))

const openScoped = (
  inside: Inside,
  method: string,
  path: string,
  { flag = "r", mode }: OpenFileOptions = {}
): Effect.Effect<OpenFile, PlatformError, Scope.Scope> =>
  Effect.acquireRelease(
    operation(method, path, (hold) => {
      const fd = openFile(inside, path, flagsOf[flag], mode, hold)
      const closeFile = (fd: number) => flag === "r" ? Effect.sync(() => closeSync(fd)) : closeOnPool(fd, path)
      return new OpenFile(Handle.make(fd, closeFile), method === "open" ? fd : path, flag.startsWith("a"))
    }),
    (file) => file.close
  )

/** The most that `fs.readFile` reads: no call of the pool takes more (`kIoMaxLength` in Node's `lib/internal/fs/utils.js`). */
const LARGEST = 2 ** 31 - 1

const sizeOf = (fd: number): number => {
  const { size } = fstatSync(fd)
  if (size > LARGEST) throw errnoError("ERR_FS_FILE_TOO_LARGE", "read")
  return size
}

/**
 * As Node reads a whole file: what it holds up to its size, or up to its end where it has none; from where the kernel's
 * own position is, as with `writeRest`.
 */
const readAll = (fd: number, path: string): Effect.Effect<Uint8Array, PlatformError> =>
  Effect.gen(function*() {
    const parts: Array<Uint8Array> = []
    let left = (yield* operation("readFile", path, () => sizeOf(fd))) || Number.POSITIVE_INFINITY
    while (left > 0) {
      const part = new Uint8Array(Number.isFinite(left) ? left : CHUNK)
      const length = yield* pooled<number>("readFile", path, (done) => read(fd, part, 0, part.length, null, done))
      if (length === 0) break
      parts.push(length === part.length ? part : part.slice(0, length))
      left -= length
    }
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : new Uint8Array(Buffer.concat(parts))
  })

/** One part after the other, where the kernel's own position is: what is no regular file has none to be asked for. */
const writeRest = (fd: number, path: string, data: Uint8Array): Effect.Effect<void, PlatformError> =>
  data.length === 0
    ? Effect.void
    : Effect.flatMap(
      pooled<number>("writeFile", path, (done) => write(fd, data, 0, data.length, null, done)),
      (length) => writeRest(fd, path, data.subarray(length))
    )

/**
 * The names in a directory, as bytes where they are no text.
 *
 * @internal
 */
export const names = (fd: number): ReadonlyArray<string> => {
  const path = descriptorPath(fd)
  const texts = readdirSync(path)
  return texts.every((text) => !text.includes("\ufffd"))
    ? texts
    : readdirSync(path, "buffer").map((bytes) => fromNode(bytes.toString(), () => bytes))
}

/** Copies between two files that are held, as fast as the kernel can (`copy_file_range(2)`, reflinks). */
const copyHeld = (method: string, path: string, from: number, to: number): Effect.Effect<void, PlatformError> =>
  pooled<void>(method, path, (done) => copyFile(descriptorPath(from), descriptorPath(to), (error) => done(error)))

/**
 * The content and the permissions of a regular file, which is held, for one that is opened for writing.
 *
 * @internal
 */
export const copyContent = (
  method: string,
  path: string,
  from: number,
  to: number
): Effect.Effect<void, PlatformError> =>
  Effect.suspend(() => {
    const [source, copy] = [fstatSync(from), fstatSync(to)]
    return source.dev === copy.dev && source.ino === copy.ino ? Effect.void : copyHeld(method, path, from, to)
  })

/** Whatever is no regular file would be read for ever, or wait for a writer. */
const checkRegular = (fd: number): void => {
  const type = fstatSync(fd).mode & S_IFMT
  if (type !== S_IFREG) throw errnoError(type === S_IFDIR ? "EISDIR" : "EINVAL", "copyfile")
}

type Content = Pick<FileSystem, "copyFile" | "open" | "readFile" | "writeFile">

/** @internal */
export const make = (inside: Inside): Content => ({
  open: (path, options) => openScoped(inside, "open", path, options),
  readFile: (path) =>
    Effect.scoped(Effect.flatMap(openScoped(inside, "readFile", path), (file) => readAll(file.fd, path))),
  writeFile: (path, data, options) =>
    Effect.scoped(Effect.flatMap(
      openScoped(inside, "writeFile", path, { flag: "w", ...options }),
      (file) => writeRest(file.fd, path, data)
    )),
  copyFile: (fromPath, toPath) =>
    Effect.acquireUseRelease(
      operation("copyFile", fromPath, (hold) => {
        const from = inside.existing(fromPath, hold)
        inside.target(toPath, hold)
        checkRegular(from)
        const to = openFile(inside, toPath, O_WRONLY | O_CREAT, fstatSync(from).mode & 0o777, hold)
        return { from, to, hold: hold.keep() }
      }),
      ({ from, to }) => copyContent("copyFile", fromPath, from, to),
      ({ hold, to }) => Effect.zipRight(Effect.sync(() => hold[Symbol.dispose]()), closeOnPool(to, toPath))
    )
})
