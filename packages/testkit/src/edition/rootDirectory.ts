/**
 * The interface of the operations of a root that a `FileSystem` lacks, for any edition, with promises and plain data.
 */
import type { OpenFileSystem, PathPolicy } from "../edition.js"
import type { FileType, OpenFlag, PlainEntryOfDirectory } from "./fileSystem.js"

interface AtomicOptions {
  readonly exclusive?: boolean
  readonly keepMode?: boolean
  readonly mode?: number
}

export interface PlainExactInfo {
  readonly type: FileType
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly dev: bigint
  readonly ino: bigint
  readonly rdev: bigint
  readonly size: bigint
  readonly blksize: number
  readonly blocks: bigint
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly birthtimeNs: bigint | undefined
  readonly mountId: bigint | undefined
}

export interface PlainTreeEntry extends PlainEntryOfDirectory {
  readonly path: string
  readonly depth: number
  readonly unreadable?: string
}

export interface PlainStatFs {
  readonly type: bigint
  readonly blockSize: bigint
  readonly blocks: bigint
  readonly freeBlocks: bigint
  readonly availableBlocks: bigint
  readonly inodes: bigint
  readonly freeInodes: bigint
}

export type PlainNode =
  | { readonly type: "FIFO" | "Socket" }
  | { readonly type: "CharacterDevice" | "BlockDevice"; readonly major: number; readonly minor: number }

export interface SubRootOptions extends PathPolicy {
  readonly readOnly?: boolean
}

/** The descriptor of an open file. */
export interface PlainDescriptor {
  readonly fd: number
  readonly close: () => Promise<void>
}

interface Following {
  readonly noFollow?: boolean
}

/** Methods with `take` stop after that many items. */
export interface PlainRootDirectory {
  readonly stat: (path: string) => Promise<PlainExactInfo>
  readonly lstat: (path: string) => Promise<PlainExactInfo>
  readonly readDirectoryEntries: (
    path: string,
    options?: { readonly recursive?: boolean }
  ) => Promise<ReadonlyArray<PlainEntryOfDirectory>>
  readonly streamDirectoryEntries: (
    path: string,
    take?: number,
    signal?: AbortSignal
  ) => Promise<ReadonlyArray<PlainEntryOfDirectory>>
  readonly lchown: (path: string, uid: number, gid: number) => Promise<void>
  readonly lutimes: (path: string, atime: Date | number | bigint, mtime: Date | number | bigint) => Promise<void>
  readonly getExtendedAttribute: (path: string, name: string, options?: Following) => Promise<Uint8Array | undefined>
  readonly listExtendedAttributes: (path: string, options?: Following) => Promise<ReadonlyArray<string>>
  readonly setExtendedAttribute: (path: string, name: string, value: Uint8Array, options?: Following) => Promise<void>
  readonly removeExtendedAttribute: (path: string, name: string, options?: Following) => Promise<void>
  readonly makeNode: (path: string, node: PlainNode, options?: { readonly mode?: number }) => Promise<void>
  readonly rename: (
    from: string,
    to: string,
    options: { readonly mode: "replace" | "noreplace" | "exchange" }
  ) => Promise<void>
  readonly writeFileAtomic: (
    path: string,
    data: Uint8Array | string,
    options?: AtomicOptions
  ) => Promise<void>
  /** Replaces a file by parts. */
  readonly sinkAtomic: (
    path: string,
    parts: AsyncIterable<Uint8Array>,
    options?: AtomicOptions,
    signal?: AbortSignal
  ) => Promise<void>
  readonly readFileBounded: (path: string, options: { readonly maxBytes: number }) => Promise<Uint8Array>
  readonly subRoot: (path: string, options?: SubRootOptions) => Promise<OpenFileSystem>
  /** `each` is called with each entry before the next one is read. */
  readonly walkTree: (
    path: string,
    options?: {
      readonly enter?: (directory: PlainTreeEntry) => boolean
      readonly maxRemembered?: number
      readonly take?: number
      readonly each?: (entry: PlainTreeEntry) => void
    }
  ) => Promise<ReadonlyArray<PlainTreeEntry>>
  readonly statfs: (path: string) => Promise<PlainStatFs>
  readonly openDescriptor: (path: string, options?: { readonly flag?: OpenFlag | "path" }) => Promise<PlainDescriptor>
}
