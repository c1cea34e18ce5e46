/** What a copy reports, as data. Paths are those of the file system: escape them before you print them. */

/**
 * - `copied`: with `why` if something of it could not be kept, such as its owner. Each such reason is reported once.
 * - `kept`: what was there stays, since nothing is to be overwritten.
 * - `skipped`: a fifo, socket or device that cannot be made here.
 * - `failed`: the copy goes on with the next file.
 * - `progress`: `bytes` of the `size` of a large file are done. It is not a result.
 */
export type CopyEvent =
  | {
    readonly type: "copied" | "kept" | "skipped" | "failed"
    /** In the source's root, below the path that was passed. */
    readonly path: string
    readonly bytes: number
    readonly why?: string
  }
  | { readonly type: "progress"; readonly path: string; readonly bytes: number; readonly size: number }

export interface CopyOptions {
  /** If the source is a link, what it leads to is copied. Links in a tree are copied as links in any case. */
  readonly follow?: boolean | undefined
  /** Keeps user and group; by default as root. Without it, set-id bits are dropped. */
  readonly owner?: boolean | undefined
  /** By default true. Otherwise files that are there stay, and directories are filled. */
  readonly overwrite?: boolean | undefined
  /** Of a directory on another file system than the source, only the directory itself is copied. */
  readonly oneFileSystem?: boolean | undefined
  /** Reports what would be copied, and changes nothing. */
  readonly dryRun?: boolean | undefined
  /** Ends the copy. What is complete stays, and nothing else. */
  readonly signal?: AbortSignal | undefined
}

/** How many files, directories included, and bytes. */
export interface CopySummary {
  readonly copied: number
  readonly kept: number
  readonly skipped: number
  readonly failed: number
  readonly bytes: number
  /** The signal ended it. */
  readonly interrupted: boolean
}

/** Files of more than this size report how far they are. */
const LARGE = 1 << 20

/** Counts what is reported. */
export class Reporter {
  readonly #on: (event: CopyEvent) => void
  readonly #counts = { copied: 0, kept: 0, skipped: 0, failed: 0, bytes: 0 }

  constructor(on: (event: CopyEvent) => void) {
    this.#on = on
  }

  report(type: "copied" | "kept" | "skipped" | "failed", path: string, bytes: number, why?: string): void {
    this.#counts[type]++
    this.#counts.bytes += bytes
    this.#on(why === undefined ? { type, path, bytes } : { type, path, bytes, why })
  }

  progress(path: string, bytes: number, size: number): void {
    if (size > LARGE) this.#on({ type: "progress", path, bytes, size })
  }

  summary(interrupted: boolean): CopySummary {
    return { ...this.#counts, interrupted }
  }
}
