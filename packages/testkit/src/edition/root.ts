/** The interface of a `Root` of any edition, with promises and plain data. */

export interface ResolveOptions {
  readonly containment?: "clamp" | "reject" | "beneath"
  readonly lastComponent?: "follow" | "keep" | "unchecked"
  readonly missing?: "error" | "last" | "tail"
  readonly symlinks?: "follow" | "forbid"
  readonly mounts?: "cross" | "forbid"
  readonly from?: string
  readonly maxSymlinks?: number
}

export interface BatchOptions extends ResolveOptions {
  readonly maxRemembered?: number
}

/** The fields of a `ResolveError`. */
export interface PlainResolveError {
  readonly tag: string
  /** The errno. */
  readonly code: string
  readonly root: string
  readonly path: string
  readonly at: string
  readonly message: string
}

export type PlainResult = { readonly ok: string } | { readonly error: PlainResolveError }

export interface PlainLocation {
  readonly deepest: string
  readonly remaining: string
  readonly error?: PlainResolveError
}

export interface PlainExplanation {
  readonly path: string
  readonly hops: ReadonlyArray<unknown>
  readonly clamped: boolean
  readonly result: PlainResult
}

export interface PlainRoot {
  readonly path: string
  readonly strategy: { readonly name: "kernel" | "walk"; readonly reason: string }
  /** `signal` interrupts it. The promise is then rejected after everything has been released. */
  readonly resolve: (path: string, options?: ResolveOptions, signal?: AbortSignal) => Promise<PlainResult>
  readonly resolveAll: (paths: ReadonlyArray<string>, options?: BatchOptions) => Promise<ReadonlyArray<PlainResult>>
  /** The results for a stream of paths that arrive in chunks of length `chunk`. */
  readonly resolveStream: (
    paths: ReadonlyArray<string>,
    options: BatchOptions,
    chunk: number
  ) => Promise<ReadonlyArray<PlainResult>>
  readonly locate: (path: string, options?: ResolveOptions) => Promise<PlainLocation>
  readonly explain: (path: string, options?: ResolveOptions) => Promise<PlainExplanation>
  readonly hostPath: (path: string) => string
}
