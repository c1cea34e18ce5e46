/**
 * The file system of a root whose operations run in other threads. Readers of entries, watches and atomic files last for
 * a long time, so they run in this thread.
 */
import type { FileOperations, NewNode } from "@procfsroot/vfs/InodeOperations"
import * as Vfs from "@procfsroot/vfs/FileSystem"
import { type Answer, type Call, call, map, type MayWait, type Program, sync } from "@procfsroot/vfs/Program"
import type { AtomicOptions, LinkOptions, RootDirectory } from "@procfsroot/vfs/RootDirectory"
import { types } from "node:util"
import { isMainThread } from "node:worker_threads"
import type { MakeOptions } from "../../FileSystem.js"
import type { RootHandle } from "../../Root.js"
import { toErrno } from "../fileSystem/errno.js"
import { closing, onPool } from "../fileSystem/pooled.js"
import { make as makeHere } from "../fileSystem/fileSystem.js"
import { laneOf } from "../root.js"
import { clearTimeout, setTimeout } from "../timers.js"
import { asking } from "./offThread.js"
import { type FileTask, movedIn } from "./messages.js"

/** The result of a method, which may be that of a program. */
type Result<M> = M extends (...args: infer _) => infer R ? R extends Program<infer A> ? A : Exclude<R, Call<unknown>>
  : never

type Arguments<M> = M extends (...args: infer Args) => unknown ? Args : never

/**
 * Options without what is not known here, such as a function, which no message can contain. A new option that is
 * missing here is a compile error.
 */
const known = (
  { containment, createAs, from, maxSymlinks, mounts, readOnly, symlinks }: MakeOptions
): Required<MakeOptions> => ({
  containment,
  createAs,
  from,
  maxSymlinks,
  mounts,
  readOnly,
  symlinks
})

/** The same for the options of methods, which may have other fields as well. */
const only = {
  atomic: ({ exclusive, keepMode, mode }: AtomicOptions = {}): Required<AtomicOptions> => ({
    exclusive,
    keepMode,
    mode
  }),
  copy: (
    { errorOnExist, overwrite, preserveTimestamps, recursive }: Vfs.CopyOptions = {}
  ): Required<Vfs.CopyOptions> => ({ errorOnExist, overwrite, preserveTimestamps, recursive }),
  copyFile: ({ exclusive }: Vfs.CopyFileOptions = {}): Required<Vfs.CopyFileOptions> => ({ exclusive }),
  link: ({ noFollow }: LinkOptions = {}): Required<LinkOptions> => ({ noFollow }),
  remove: ({ force, recursive }: Vfs.RemoveOptions = {}): Required<Vfs.RemoveOptions> => ({ force, recursive }),
  node: (node: NewNode): NewNode =>
    "major" in node ? { type: node.type, major: node.major, minor: node.minor } : { type: node.type }
}

/**
 * Copies bytes, which the caller may change before they are sent, and which may be a part of a larger buffer. What is not
 * bytes fails in the thread, as it would here.
 */
const copied = (bytes: Uint8Array): Uint8Array => types.isUint8Array(bytes) ? new Uint8Array(bytes) : bytes

/** Copies a date, which the caller may change before it is sent. */
const copiedTime = <A>(time: A): A | Date => types.isDate(time) ? new Date(time) : time

/** An open file: how to release its root, and how many calls use it now. */
interface Opened {
  readonly closeRoot: () => void
  calls: number
  /** Closes the file after the last call. Nobody waits for this. */
  closeLater?: () => void
}

const nothing = () => {}

/** In milliseconds: closing a file to which nothing was written is not waited for any longer. */
const LONGEST_CLOSE = 1_000

/**
 * Waits for the close of a file, but not forever: its file system may not respond, and a scope that ends cannot be
 * interrupted. The file is closed in the background.
 */
const forAWhile = (closing: Call<void>): Call<void> =>
  call((done) => {
    let isWaiting = true
    const end = (answer: Answer<void>) => {
      if (isWaiting) done(answer)
      isWaiting = false
      clearTimeout(timer)
    }
    const timer = setTimeout(() => end({ value: undefined }), LONGEST_CLOSE)
    closing.begin(end)
  })

/** @internal */
export const make = (handle: RootHandle, given: MakeOptions = {}): Vfs.WaitingFileSystem<number> => {
  const options = known(given)
  const lane = laneOf(handle)
  const here = makeHere(handle, options)
  const key = JSON.stringify(options)
  const files = new Map<number, Opened>()

  const retainRoot = () => {
    const retained = handle.retain()
    return () => void retained.close()
  }

  const ask = <A>(
    target: FileTask["do"],
    method: string,
    args: ReadonlyArray<unknown>,
    retain: () => () => void,
    otherwise?: Call<A>
  ): Call<A> =>
    asking({
      lane,
      retain,
      task: { do: target, method, args, options, key },
      moved: movedIn(args),
      read: (value) => value as A, // the thread calls the method of this name
      toError: toErrno,
      otherwise
    })

  type Methods = Omit<Vfs.FileSystem<number>, "returning" | "rootDirectory" | "temporaryDirectory">

  const fs = <K extends keyof Methods>(method: K, ...args: Arguments<Methods[K]>): Call<Result<Methods[K]>> =>
    ask("fileSystem", method, args, retainRoot)

  const later = <K extends keyof Methods>(method: K, ...args: Arguments<Methods[K]>): Program<Result<Methods[K]>> =>
    sync(() => fs(method, ...args))

  const directory = <K extends keyof RootDirectory>(
    method: K,
    ...args: Arguments<RootDirectory[K]>
  ): Call<Result<RootDirectory[K]>> => ask("rootDirectory", method, args, retainRoot)

  const openedAt = (fd: number): Opened => {
    const opened = files.get(fd)
    if (opened === undefined) throw new TypeError("a descriptor that was not opened here")
    return opened
  }

  /** Keeps the descriptor open while a thread uses it. */
  const hold = (fd: number) => () => {
    const opened = openedAt(fd)
    opened.calls++
    return () => {
      if (--opened.calls === 0) opened.closeLater?.()
    }
  }

  const onFile = <A>(method: string, fd: number, ...args: ReadonlyArray<unknown>): Call<A> =>
    ask<A>("file", method, [fd, ...args], hold(fd))

  /** For operations on open files that not every root supports: the thread finds out. */
  const onOpen = <A>(method: string, fd: number, ...args: ReadonlyArray<unknown>): Call<A> =>
    ask<A>("openFile", method, [fd, ...args], hold(fd))

  /** Closes the file even if no thread can be started: most likely, no descriptor is free. */
  const closeFile = (fd: number, written: boolean, closeRoot: () => void): Call<void> =>
    ask("file", "close", [fd, written], () => closeRoot, onPool(closing(fd)))

  const close = (fd: number, written: boolean): Call<void> =>
    call((done) => {
      const opened = openedAt(fd)
      files.delete(fd)
      const closing = closeFile(fd, written, opened.closeRoot)
      // If something was written, the result says whether it is stored.
      if (opened.calls === 0) return void (written ? closing : forAWhile(closing)).begin(done)
      // Does not wait for calls that were given up.
      opened.closeLater = () => void closing.begin(nothing)
      done({ value: undefined })
    })

  const operations: MayWait<FileOperations<number>> = {
    getattr: (fd) => onFile("getattr", fd),
    getattrExact: (fd) => onFile("getattrExact", fd),
    identity: (fd) => onFile("identity", fd),
    read: (fd, buffer, position) =>
      map(onFile<Uint8Array>("read", fd, buffer.length, position), (bytes) => {
        buffer.set(bytes)
        return bytes.length
      }),
    write: (fd, bytes, position) => onFile("write", fd, copied(bytes), position),
    truncate: (fd, size) => onFile("truncate", fd, size),
    sync: (fd) => onFile("sync", fd),
    datasync: (fd) => onFile("datasync", fd),
    chmod: (fd, mode) => onFile("chmod", fd, mode),
    chown: (fd, uid, gid) => onFile("chown", fd, uid, gid),
    utimes: (fd, atime, mtime) => onFile("utimes", fd, atime, mtime),
    nextData: (fd, from) => onOpen("nextData", fd, BigInt(from)),
    extendedAttributes: {
      get: (fd, name) => onOpen("getExtendedAttribute", fd, name),
      list: (fd) => onOpen("listExtendedAttributes", fd),
      set: (fd, name, value) => onOpen("setExtendedAttribute", fd, name, copied(value)),
      remove: (fd, name) => onOpen("removeExtendedAttribute", fd, name)
    },
    close
  }

  const open: Vfs.WaitingFileSystem<number>["open"] = (path, flag, mode, noFollow) => {
    let closeRoot = nothing
    const retain = () => {
      closeRoot = retainRoot()
      return nothing
    }
    const release = () => closeRoot()
    const opening = asking({
      lane,
      retain,
      task: { do: "fileSystem", method: "open", args: [path, flag, mode, noFollow], options, key },
      read: (value) => value as number, // the descriptor
      toError: (error) => {
        release()
        return toErrno(error)
      },
      undo: (value) => {
        if (typeof value === "number") closeFile(value, false, closeRoot).begin(nothing)
        else release()
      }
    })
    return map(opening, (fd) => {
      files.set(fd, { closeRoot, calls: 0 })
      const file = Vfs.openFile(operations, fd, flag, Date.now)
      return options.readOnly === true ? Vfs.readOnlyFile(file) : file
    })
  }

  return {
    access: (...args) => fs("access", ...args),
    chmod: (...args) => fs("chmod", ...args),
    chown: (...args) => fs("chown", ...args),
    copy: (from, to, options) => later("copy", from, to, only.copy(options)),
    copyFile: (from, to, options) => later("copyFile", from, to, only.copyFile(options)),
    link: (...args) => fs("link", ...args),
    exists: (...args) => fs("exists", ...args),
    lstat: (...args) => fs("lstat", ...args),
    makeDirectories: (...args) => fs("makeDirectories", ...args),
    makeTemporaryDirectory: (...args) => fs("makeTemporaryDirectory", ...args),
    makeTemporaryFile: (...args) => later("makeTemporaryFile", ...args),
    mkdir: (...args) => fs("mkdir", ...args),
    // See `openOffThread` in `root.ts`.
    open: isMainThread ? open : here.open,
    readDirectory: (...args) => later("readDirectory", ...args),
    readDirectoryEntries: (...args) => later("readDirectoryEntries", ...args),
    readFile: (...args) => later("readFile", ...args),
    readLink: (...args) => fs("readLink", ...args),
    realPath: (...args) => fs("realPath", ...args),
    remove: (path, options) => later("remove", path, only.remove(options)),
    rename: (...args) => fs("rename", ...args),
    rmdir: (...args) => fs("rmdir", ...args),
    rootDirectory: {
      getExtendedAttribute: (path, name, options) => directory("getExtendedAttribute", path, name, only.link(options)),
      lchown: (...args) => directory("lchown", ...args),
      listExtendedAttributes: (path, options) => directory("listExtendedAttributes", path, only.link(options)),
      lstat: (...args) => directory("lstat", ...args),
      lutimes: (path, atime, mtime) => directory("lutimes", path, copiedTime(atime), copiedTime(mtime)),
      makeNode: (path, node, mode) => directory("makeNode", path, only.node(node), mode),
      openAtomic: here.rootDirectory.openAtomic,
      readEntries: here.rootDirectory.readEntries,
      readFileBounded: (...args) => sync(() => directory("readFileBounded", ...args)),
      removeExtendedAttribute: (path, name, options) =>
        directory("removeExtendedAttribute", path, name, only.link(options)),
      rename: (...args) => directory("rename", ...args),
      setExtendedAttribute: (path, name, value, options) =>
        directory("setExtendedAttribute", path, name, copied(value), only.link(options)),
      stat: (...args) => directory("stat", ...args),
      statfs: (...args) => directory("statfs", ...args),
      walkTree: here.rootDirectory.walkTree,
      writeFileAtomic: (path, data, options) =>
        sync(() => directory("writeFileAtomic", path, copied(data), only.atomic(options)))
    },
    stat: (...args) => fs("stat", ...args),
    symlink: (...args) => fs("symlink", ...args),
    temporaryDirectory: here.temporaryDirectory,
    truncate: (...args) => later("truncate", ...args),
    unlink: (...args) => fs("unlink", ...args),
    utimes: (path, atime, mtime) => fs("utimes", path, copiedTime(atime), copiedTime(mtime)),
    watch: here.watch,
    writeFile: (path, data, ...args) => later("writeFile", path, copied(data), ...args)
  }
}
