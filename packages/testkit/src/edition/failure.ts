/** Failures of a file system, in any edition, as one class of errors. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** The nearest `code`, in an error or in its causes. */
const codeOf = (error: unknown): string | undefined => {
  if (!isObject(error)) return undefined
  return typeof error["code"] === "string" ? error["code"] : codeOf(error["cause"])
}

/** What an edition's own error says of itself. */
export interface FailureFields {
  readonly tag: "BadArgument" | "SystemError"
  /** The kind of a `SystemError`: `NotFound`, `PermissionDenied`, … */
  readonly reason?: string | undefined
  readonly module: string
  /** The method that the error names, whichever was called. */
  readonly method: string
  readonly pathOrDescriptor?: string | number | undefined
  readonly syscall?: string | undefined
  readonly description?: string | undefined
  readonly cause?: unknown
}

/**
 * What the promises of a `PlainFileSystem` reject with, if the edition's method fails with its documented error. A defect
 * rejects with anything else.
 */
export class PlainFailure extends Error implements FailureFields {
  override readonly name = "PlainFailure"
  readonly tag: FailureFields["tag"]
  readonly reason: string | undefined
  readonly module: string
  readonly method: string
  readonly pathOrDescriptor: string | number | undefined
  readonly syscall: string | undefined
  readonly description: string | undefined
  /** The edition's own error, whose every text is searched for host paths. */
  readonly original: unknown

  constructor(fields: FailureFields, original: unknown) {
    super(`${fields.tag} ${fields.reason ?? ""} of ${fields.method}: ${fields.description ?? ""}`, {
      cause: fields.cause
    })
    this.tag = fields.tag
    this.reason = fields.reason
    this.module = fields.module
    this.method = fields.method
    this.pathOrDescriptor = fields.pathOrDescriptor
    this.syscall = fields.syscall
    this.description = fields.description
    this.original = original
  }

  /** The errno, or Node's own code, of the cause. */
  get code(): string | undefined {
    return codeOf(this.cause)
  }

  /** What it failed on, from the cause. */
  get at(): string | undefined {
    const { cause } = this
    if (!isObject(cause)) return undefined
    // The first path of a symlink is its text.
    const at = cause["syscall"] === "symlink" ? cause["dest"] : cause["path"]
    return typeof at === "string" ? at : undefined
  }

  /** The tag of the `ResolveError` that caused it, if there is one. */
  get resolve(): string | undefined {
    const { cause } = this
    return isObject(cause) && typeof cause["_tag"] === "string" ? cause["_tag"] : undefined
  }
}
