/** The events that a copy reports. Their paths are those of the file system: escape them before printing. */
import type { Lost } from "./attributes.js"

/**
 * - `copied`: with `why` if something could not be kept, such as the owner. Each such reason is reported once.
 * - `kept`: an existing file was not replaced, since nothing is to be overwritten.
 * - `skipped`: a fifo, socket or device that cannot be created here.
 * - `failed`: the file was not copied. The copy continues with the next file.
 * - `progress`: `bytes` of the `size` of a large file are done. It is not a result.
 */
export type CopyEvent =
  | {
    readonly type: "copied" | "kept" | "skipped" | "failed"
    /** The path in the root of the source, below the path that was passed. */
    readonly path: string
    readonly bytes: number
    readonly why?: string
    /** Only of a copied file: whether the command fails because of what could not be kept. */
    readonly isFailure?: boolean
    /** Only of a directory that was copied. */
    readonly isDirectory?: true
  }
  | { readonly type: "progress"; readonly path: string; readonly bytes: number; readonly size: number }

export interface CopyOptions {
  /** If the source is a link, copies what it leads to. Links in a tree are always copied as links. */
  readonly follow?: boolean | undefined
  /** Keeps user and group. The default is true for root. Without it, set-id bits are dropped. */
  readonly owner?: boolean | undefined
  /**
   * Replaces existing files. The default is true. Otherwise existing files are kept, and files are added to existing
   * directories.
   */
  readonly overwrite?: boolean | undefined
  /** Copies a directory on another mount than the source without its content. */
  readonly oneFileSystem?: boolean | undefined
  /** A `Copier` copies several sources. Then it remembers more about what it has copied. */
  readonly several?: boolean | undefined
  /** Reports what would be copied, and changes nothing. */
  readonly dryRun?: boolean | undefined
  /** Stops the copy. Complete files stay, and nothing else is left behind. */
  readonly signal?: AbortSignal | undefined
}

/** The number of files, including directories, and of bytes. */
export interface CopySummary {
  readonly copied: number
  /** How many of the copied files are directories. */
  readonly directories: number
  readonly kept: number
  readonly skipped: number
  readonly failed: number
  readonly bytes: number
  /** Whether the signal stopped the copy. */
  readonly interrupted: boolean
}

/** Progress is reported for files larger than this. */
const LARGE = 1 << 20

const reasonOf = (why: string | Lost | undefined) => {
  if (why === undefined) return {}
  return typeof why === "string" ? { why } : why
}

/** Passes the events on, and counts them. */
export class Reporter {
  readonly #on: (event: CopyEvent) => void
  readonly #counts = { copied: 0, directories: 0, kept: 0, skipped: 0, failed: 0, bytes: 0 }

  constructor(on: (event: CopyEvent) => void) {
    this.#on = on
  }

  report(type: "copied" | "kept" | "skipped" | "failed", path: string, bytes: number, why?: string | Lost): void {
    this.#counts[type]++
    this.#counts.bytes += bytes
    this.#on({ type, path, bytes, ...reasonOf(why) })
  }

  /** Reports a directory that was copied. */
  directory(path: string, lost?: Lost): void {
    this.#counts.copied++
    this.#counts.directories++
    this.#on({ type: "copied", path, bytes: 0, isDirectory: true, ...reasonOf(lost) })
  }

  progress(path: string, bytes: number, size: number): void {
    if (size > LARGE) this.#on({ type: "progress", path, bytes, size })
  }

  summary(interrupted: boolean): CopySummary {
    return { ...this.#counts, interrupted }
  }
}
