/** The interface of a `FileSystem` of any edition, with promises and plain data. Failures are `PlainFailure`s. */

/** The flag with which a file is opened. */
export type OpenFlag = "r" | "r+" | "w" | "wx" | "w+" | "wx+" | "a" | "ax" | "a+" | "ax+"

/** The type of a file. */
export type FileType =
  | "File"
  | "Directory"
  | "SymbolicLink"
  | "BlockDevice"
  | "CharacterDevice"
  | "FIFO"
  | "Socket"
  | "Unknown"

export interface PlainInfo {
  readonly type: FileType
  /** Includes the bits of the type, as the edition returns it. */
  readonly mode: number
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly nlink: number | undefined
  readonly size: number
  /** As text, since it can be too large for an exact number. */
  readonly dev: string
  readonly ino: string | undefined
  /** Milliseconds since 1970. */
  readonly mtime: number | undefined
  readonly atime: number | undefined
}

export interface OpenOptions {
  readonly flag?: OpenFlag
  readonly mode?: number
}

export interface TemporaryOptions {
  readonly directory?: string
  readonly prefix?: string
}

export interface TemporaryFileOptions extends TemporaryOptions {
  readonly suffix?: string
}

/** A temporary file or directory that is removed by `close`. */
export interface PlainTemporary {
  readonly path: string
  /** Removes it. */
  readonly close: () => Promise<void>
}

/** An open file with its own scope. */
export interface PlainFile {
  readonly stat: () => Promise<PlainInfo>
  readonly sync: () => Promise<void>
  /** The new position. */
  readonly seek: (offset: number | bigint, from: "start" | "current") => Promise<bigint>
  /** How many bytes were read. */
  readonly read: (buffer: Uint8Array) => Promise<number>
  /** The bytes that were read, or `undefined` at the end of the file. */
  readonly readAlloc: (size: number) => Promise<Uint8Array | undefined>
  readonly truncate: (length?: number | bigint) => Promise<void>
  /** How many bytes were written. */
  readonly write: (bytes: Uint8Array) => Promise<number>
  readonly writeAll: (bytes: Uint8Array) => Promise<void>
  /** Ends its scope; does nothing the second time. */
  readonly close: () => Promise<void>
}

export interface WatchEvent {
  readonly type: "Create" | "Update" | "Remove"
  readonly path: string
}

/** A running watch. */
export interface PlainWatch {
  /** Fulfilled when the watch has ended, by `stop` or by itself. Rejected if it fails. */
  readonly ended: Promise<void>
  /** Interrupts the watch, and waits until it has released everything. */
  readonly stop: () => Promise<void>
}

/** A name in a directory, and the type of its file. */
export interface PlainEntryOfDirectory {
  readonly name: string
  readonly type: FileType
}

/** Methods that not all editions have. */
export interface NewerMethods {
  readonly lstat: (path: string) => Promise<PlainInfo>
  readonly readDirectoryEntries: (path: string) => Promise<ReadonlyArray<PlainEntryOfDirectory>>
  /** `open` with `noFollow: true`. */
  readonly openNoFollow: (path: string, options?: OpenOptions) => Promise<PlainFile>
  /** `read` at a position. The file is from `open` of the same file system. */
  readonly readAt: (file: PlainFile, buffer: Uint8Array, position: bigint) => Promise<number>
}

/** Passes arguments on unchanged to the method of the edition. A missing argument must not become `undefined`. */
export interface PlainFileSystem {
  readonly access: (
    path: string,
    options?: { readonly ok?: boolean; readonly readable?: boolean; readonly writable?: boolean }
  ) => Promise<void>
  readonly chmod: (path: string, mode: number) => Promise<void>
  readonly chown: (path: string, uid: number, gid: number) => Promise<void>
  readonly copy: (
    from: string,
    to: string,
    options?: { readonly overwrite?: boolean; readonly preserveTimestamps?: boolean }
  ) => Promise<void>
  readonly copyFile: (from: string, to: string) => Promise<void>
  readonly exists: (path: string) => Promise<boolean>
  readonly link: (from: string, to: string) => Promise<void>
  readonly makeDirectory: (
    path: string,
    options?: { readonly recursive?: boolean; readonly mode?: number }
  ) => Promise<void>
  readonly makeTempDirectory: (options?: TemporaryOptions) => Promise<string>
  readonly makeTempDirectoryScoped: (options?: TemporaryOptions) => Promise<PlainTemporary>
  readonly makeTempFile: (options?: TemporaryFileOptions) => Promise<string>
  readonly makeTempFileScoped: (options?: TemporaryFileOptions) => Promise<PlainTemporary>
  readonly open: (path: string, options?: OpenOptions) => Promise<PlainFile>
  readonly readDirectory: (
    path: string,
    options?: { readonly recursive?: boolean }
  ) => Promise<ReadonlyArray<string>>
  readonly readFile: (path: string) => Promise<Uint8Array>
  readonly readFileString: (path: string, encoding?: string) => Promise<string>
  readonly readLink: (path: string) => Promise<string>
  readonly realPath: (path: string) => Promise<string>
  readonly remove: (
    path: string,
    options?: { readonly recursive?: boolean; readonly force?: boolean }
  ) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  /** Writes the chunks to the edition's sink. */
  readonly sink: (path: string, options: OpenOptions | undefined, chunks: Iterable<Uint8Array>) => Promise<void>
  readonly stat: (path: string) => Promise<PlainInfo>
  /** Returns all bytes of the edition's stream. */
  readonly stream: (
    path: string,
    options?: {
      readonly offset?: number
      readonly bytesToRead?: number
      readonly chunkSize?: number
      /** Ignored by an edition whose streams have no buffer. */
      readonly bufferSize?: number
    }
  ) => Promise<Uint8Array>
  readonly symlink: (target: string, path: string) => Promise<void>
  readonly truncate: (path: string, length?: number) => Promise<void>
  readonly utimes: (path: string, atime: Date | number, mtime: Date | number) => Promise<void>
  readonly watch: (
    path: string,
    options: { readonly recursive?: boolean } | undefined,
    onEvent: (event: WatchEvent) => void
  ) => PlainWatch
  readonly writeFile: (path: string, bytes: Uint8Array, options?: OpenOptions) => Promise<void>
  readonly writeFileString: (path: string, text: string, options?: OpenOptions) => Promise<void>
  /** Absent if the edition's `FileSystem` does not have these methods. */
  readonly newer?: NewerMethods
}
