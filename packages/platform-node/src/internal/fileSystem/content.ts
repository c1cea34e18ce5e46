/** The operations on what is in files and directories. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem, OpenFileOptions } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Sink from "effect/Sink"
import { constants, fstatSync, readdirSync } from "node:fs"
import { descriptorPath, S_IFDIR, S_IFMT, S_IFREG } from "../constants.js"
import { errnoError } from "../errnoError.js"
import { Handle } from "../handle.js"
import { fromNode } from "../pathBytes.js"
import { OpenFile } from "./file.js"
import type { Hold } from "./hold.js"
import type { Inside } from "./inside.js"
import { createOrOpen, flagsOf, type Opened, openFile, reopen } from "./open.js"
import { operation } from "./operation.js"
import { closeQuietly, closeWritten, copyWhole, readWhole, writeWhole } from "./whole.js"

const { O_CREAT, O_RDONLY, O_WRONLY } = constants

const opened = (
  inside: Inside,
  method: string,
  path: string,
  { flag = "r", mode }: OpenFileOptions = {}
): Effect.Effect<OpenFile, PlatformError> =>
  operation(method, path, (hold) => {
    const fd = openFile(inside, path, flagsOf[flag], mode, hold)
    const name = method === "open" ? fd : path
    const close = flag === "r"
      ? (fd: number) => Effect.sync(() => closeQuietly(fd))
      : (fd: number) => closeWritten(method, name, fd)
    return new OpenFile(Handle.make(fd, close), name, flag.startsWith("a"))
  })

/**
 * An error of the close ends a scope with a defect, as with Node's `FileSystem`: a finalizer has no typed errors, and what
 * was written may be lost. Whoever closes before can have the error itself.
 */
const openScoped = (inside: Inside, path: string, options?: OpenFileOptions) =>
  Effect.acquireRelease(opened(inside, "open", path, options), (file) => Effect.orDie(file.close))

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

/** Whatever is no regular file would be read for ever, or wait for a reader or a writer. */
const checkRegular = (fd: number): void => {
  const type = fstatSync(fd).mode & S_IFMT
  if (type !== S_IFREG) throw errnoError(type === S_IFDIR ? "EISDIR" : "EINVAL", "copyfile")
}

/** The source, open for reading; a device or fifo is not even opened, and is refused once the destination was looked at. */
const source = (inside: Inside, path: string, hold: Hold): number => {
  const fd = inside.existing(path, hold)
  const type = fstatSync(fd).mode & S_IFMT
  return type === S_IFREG || type === S_IFDIR ? hold.adopt(reopen(fd, O_RDONLY), closeQuietly) : fd
}

const destination = (inside: Inside, path: string, from: number, hold: Hold): Opened =>
  createOrOpen(inside, path, O_WRONLY | O_CREAT, fstatSync(from).mode & 0o7777, hold, (fd, flags) => {
    checkRegular(fd)
    return reopen(fd, flags)
  })

type Content = Pick<FileSystem, "copyFile" | "open" | "readFile" | "sink" | "writeFile">

/** @internal */
export const make = (inside: Inside): Content => ({
  open: (path, options) => openScoped(inside, path, options),
  readFile: (path) =>
    Effect.acquireUseRelease(
      opened(inside, "readFile", path),
      (file) => readWhole(file.fd, path),
      (file) => Effect.ignore(file.close)
    ),
  sink: (path, options) =>
    Sink.unwrapScoped(Effect.map(
      openScoped(inside, path, { flag: "w", ...options }),
      (file) => Sink.mapEffect(Sink.forEach((part: Uint8Array) => file.writeAll(part)), () => file.close)
    )),
  writeFile: (path, data, options) =>
    Effect.acquireUseRelease(
      opened(inside, "writeFile", path, { flag: "w", ...options }),
      (file) => Effect.zipRight(writeWhole("writeFile", path, file.fd, data), file.close),
      (file) => Effect.ignore(file.close)
    ),
  copyFile: (fromPath, toPath) =>
    Effect.acquireUseRelease(
      operation("copyFile", fromPath, (hold) => {
        const from = source(inside, fromPath, hold)
        inside.target(toPath, hold)
        checkRegular(from)
        return { from, hold: hold.keep() }
      }),
      ({ from, hold }) =>
        copyWhole({ method: "copyFile", path: fromPath }, from, () => destination(inside, toPath, from, hold)),
      ({ hold }) => Effect.sync(() => hold[Symbol.dispose]())
    )
})
