/** The operations on nodes. A listener is called before each of them. */
import type { ExtendedAttributes, InodeOperations, OpenDirectory, ParentAndName } from "../../InodeOperations.js"
import type { Now, Program } from "../../Program.js"
import type { AtomicFile, EntryReader } from "../../RootDirectory.js"
import { isErrno } from "../errno.js"
import { below } from "../path.js"
import { isCall } from "../program.js"
import { type Directory, type Node, pathOf } from "./inode.js"
import type { NodeFiles, OpenNode } from "./openFile.js"
import { pathOfOpen } from "./openNames.js"

/** @internal */
export const steps = [
  "access",
  "chmod",
  "chown",
  "close",
  "fsync",
  "getxattr",
  "link",
  "listxattr",
  "lookup",
  "mkdir",
  "mknod",
  "open",
  "read",
  "readdir",
  "readlink",
  "removexattr",
  "rename",
  "rmdir",
  "setxattr",
  "stat",
  "statfs",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "watch",
  "write"
] as const

/** @internal */
export type Step = (typeof steps)[number]

/** @internal */
export interface StepListener {
  /** Throws if the step fails. */
  readonly before: (step: Step, places: ReadonlyArray<string>) => void
  /** Runs a step that can wait. `most` is the number of bytes that it may read or write. */
  readonly around: <A>(
    step: Step,
    places: ReadonlyArray<string>,
    perform: (most: number | undefined) => Now<A>
  ) => Now<A>
}

/**
 * Runs a later part of an operation. If the part fails, the operation fails. If the part is interrupted, so is the
 * operation, unless `ifInterrupted` is "ok". Otherwise, the operation ends with the `outcome`, if there is one.
 *
 * @internal
 */
export type Continued = <A>(
  begin: () => Program<A>,
  outcome?: "ok" | "interrupted",
  ifInterrupted?: "ok"
) => Program<A>

/**
 * The listener for the steps of a tree, and how many bytes were read and written.
 *
 * @internal
 */
export class Steps {
  /** `undefined` if no step can fail. */
  listener: StepListener | undefined = undefined
  /** Returns a function for the later parts of the operation that is running now, one of which may end it. */
  continued = (_endsLater?: boolean): Continued => (begin) => begin()
  read = 0
  written = 0
}

/**
 * Returns a reader whose later calls belong to the operation that opened it.
 *
 * @internal
 */
export const continuing = <A>(steps: Steps, reader: EntryReader<A>): EntryReader<A> => {
  const again = steps.continued()
  return { next: () => again(() => reader.next()), close: () => again(() => reader.close()) }
}

/**
 * Opens a file to be written atomically. What is done with it later belongs to the operation that opened it.
 *
 * @internal
 */
export function* continuingAtomic(steps: Steps, opening: Program<AtomicFile>): Program<AtomicFile> {
  const again = steps.continued(true)
  const { abandon, commit, write } = yield* opening
  return {
    write: (bytes) => again(() => write(bytes)),
    commit: () => again(commit, "ok"),
    abandon: () => again(abandon, "interrupted")
  }
}

type Place = ParentAndName<Node>

/**
 * The operations of a tree in memory, including those that other file systems can lack.
 *
 * @internal
 */
export type NodeOperations =
  & InodeOperations<Node, OpenNode>
  & Required<Pick<InodeOperations<Node, OpenNode>, "contents" | "extendedAttributes" | "inSteps" | "mknod">>
  & { readonly files: NodeFiles }

/** @internal */
export const stepping = (
  operations: NodeOperations,
  steps: Steps,
  top: Directory
): NodeOperations => {
  const ofName = (directory: Node, name: string): string => below(pathOf(directory, top), name)
  const ofNode = (node: Node): ReadonlyArray<string> => [pathOf(node, top)]
  const ofPlace = ({ directory, name }: Place): ReadonlyArray<string> => [ofName(directory, name)]
  const ofFile = (file: OpenNode): ReadonlyArray<string> => [pathOfOpen(file, top)]

  /** Makes a step that never waits. */
  const atOnce = <T, A extends ReadonlyArray<unknown>, B>(
    step: Step,
    places: (first: T) => ReadonlyArray<string>,
    perform: (first: T, ...rest: A) => B
  ) =>
  (first: T, ...rest: A): B => {
    steps.listener?.before(step, places(first))
    return perform(first, ...rest)
  }

  const waiting = <T, A extends ReadonlyArray<unknown>, B>(
    step: Step,
    places: (first: T) => ReadonlyArray<string>,
    perform: (first: T, ...rest: A) => Now<B>
  ) =>
  (first: T, ...rest: A): Now<B> =>
    steps.listener === undefined
      ? perform(first, ...rest)
      : steps.listener.around(step, places(first), () => perform(first, ...rest))

  const reading = waiting("readdir", ofNode, (_: Node, directory: OpenDirectory) => directory.read())

  const syncing = waiting("fsync", ofNode, (_: Node, sync: () => Now<void>) => sync())

  const listing = (directory: OpenDirectory, node: Node): OpenDirectory => ({
    read: () => reading(node, directory),
    close: directory.close
  })

  const counting = (field: "read" | "written", now: Now<number>): Now<number> => {
    if (!isCall(now)) steps[field] += now // only a fifo waits, and it never transfers any bytes
    return now
  }

  const { files } = operations

  const extended = <T>(
    places: (on: T) => ReadonlyArray<string>,
    { get, list, remove, set }: ExtendedAttributes<T>
  ): ExtendedAttributes<T> => ({
    get: atOnce("getxattr", places, get),
    list: atOnce("listxattr", places, list),
    remove: atOnce("removexattr", places, remove),
    set: atOnce("setxattr", places, set)
  })

  const moving = (
    step: "read" | "write",
    perform: (file: OpenNode, bytes: Uint8Array, position: number | undefined) => Now<number>
  ) => {
    const field = step === "read" ? "read" : "written"
    return (file: OpenNode, bytes: Uint8Array, position: number | undefined): Now<number> =>
      steps.listener === undefined
        ? counting(field, perform(file, bytes, position))
        : steps.listener.around(
          step,
          ofFile(file),
          (most) => counting(field, perform(file, most === undefined ? bytes : bytes.subarray(0, most), position))
        )
  }

  const stepFiles: NodeFiles = {
    chmod: atOnce("chmod", ofFile, files.chmod),
    chown: atOnce("chown", ofFile, files.chown),
    close: waiting("close", ofFile, files.close),
    extendedAttributes: extended(ofFile, files.extendedAttributes),
    getattr: atOnce("stat", ofFile, files.getattr),
    getattrExact: atOnce("stat", ofFile, files.getattrExact),
    identity: files.identity,
    nextData: files.nextData,
    read: moving("read", files.read),
    sync: waiting("fsync", ofFile, files.sync),
    truncate: waiting("truncate", ofFile, files.truncate),
    utimes: atOnce("utimes", ofFile, files.utimes),
    write: moving("write", files.write)
  }

  return {
    ...operations,
    files: stepFiles,
    inSteps: () => steps.listener !== undefined || operations.inSteps(),
    lookup: (asked, own) => {
      if (steps.listener !== undefined) {
        const { directory, name } = asked
        try {
          steps.listener.before("lookup", name === "." ? ofNode(directory.handle) : [ofName(directory.handle, name)])
        } catch (thrown) {
          if (isErrno(thrown)) return { _tag: "Fault", cause: thrown }
          throw thrown
        }
      }
      return operations.lookup(asked, own)
    },
    contents: (node) => {
      const bytes = operations.contents(node)
      if (!isCall(bytes)) steps.read += bytes.length
      return bytes
    },
    access: atOnce("access", ofNode, operations.access),
    child: (directory, name) => {
      steps.listener?.before("lookup", [ofName(directory, name)])
      return operations.child(directory, name)
    },
    chmod: atOnce("chmod", ofNode, operations.chmod),
    chown: atOnce("chown", ofNode, operations.chown),
    create: atOnce("open", ofPlace, operations.create),
    extendedAttributes: extended(ofNode, operations.extendedAttributes),
    getattr: atOnce("stat", ofNode, operations.getattr),
    getattrExact: atOnce("stat", ofNode, operations.getattrExact),
    link: (from, to) => {
      steps.listener?.before("link", [...ofPlace(from), ...ofPlace(to)])
      operations.link(from, to)
    },
    mkdir: atOnce("mkdir", ofPlace, operations.mkdir),
    mknod: atOnce("mknod", ofPlace, operations.mknod),
    openDirectory: (directory) => {
      steps.listener?.before("open", ofNode(directory))
      return listing(operations.openDirectory(directory), directory)
    },
    openForSync: (directory) => {
      const { close, sync } = operations.openForSync(directory)
      return { sync: () => syncing(directory, sync), close }
    },
    openInode: atOnce("open", ofNode, operations.openInode),
    peek: atOnce("stat", ofPlace, operations.peek),
    readEntries: waiting("readdir", ofNode, operations.readEntries),
    readdir: waiting("readdir", ofNode, operations.readdir),
    readlink: atOnce("readlink", ofPlace, operations.readlink),
    rename: (from, to, mode) => {
      steps.listener?.before("rename", [...ofPlace(from), ...ofPlace(to)])
      return operations.rename(from, to, mode)
    },
    rmdir: atOnce("rmdir", ofPlace, operations.rmdir),
    statfs: atOnce("statfs", ofNode, operations.statfs),
    symlink: (target, at) => {
      steps.listener?.before("symlink", ofPlace(at))
      operations.symlink(target, at)
    },
    unlink: atOnce("unlink", ofPlace, operations.unlink),
    utimes: atOnce("utimes", ofNode, operations.utimes),
    watch: atOnce("watch", ofNode, operations.watch)
  }
}
