/** The failures of a file system of any edition, as one class of errors. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** The `code` of an error, or of the nearest cause that has one. */
const codeOf = (error: unknown): string | undefined => {
  if (!isObject(error)) return undefined
  return typeof error["code"] === "string" ? error["code"] : codeOf(error["cause"])
}

/** The fields of an edition's own error. */
export interface FailureFields {
  readonly tag: "BadArgument" | "SystemError"
  /** The kind of a `SystemError`: `NotFound`, `PermissionDenied`, … */
  readonly reason?: string | undefined
  readonly module: string
  /** The method that the error names, which can differ from the one that was called. */
  readonly method: string
  readonly pathOrDescriptor?: string | number | undefined
  readonly syscall?: string | undefined
  readonly description?: string | undefined
  readonly cause?: unknown
}

/**
 * The error of a `PlainFileSystem` if the method of the edition fails with its documented error. After a defect,
 * promises are rejected with another error.
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
  /** The edition's own error. All its texts are searched for host paths. */
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

  /** The errno of the cause, or another code of Node. */
  get code(): string | undefined {
    return codeOf(this.cause)
  }

  /** The path where the operation failed, from the cause. */
  get at(): string | undefined {
    const { cause } = this
    if (!isObject(cause)) return undefined
    // For symlink(2), the first path is the text of the link.
    const at = cause["syscall"] === "symlink" ? cause["dest"] : cause["path"]
    return typeof at === "string" ? at : undefined
  }

  /** The tag of the `ResolveError` that caused it, if there is one. */
  get resolve(): string | undefined {
    const { cause } = this
    return isObject(cause) && typeof cause["_tag"] === "string" ? cause["_tag"] : undefined
  }
}

/** The code of the failure of a promise, or `ok`. */
export const resultCode = (promise: Promise<unknown>): Promise<string> =>
  promise.then(() => "ok", (error: unknown) => error instanceof PlainFailure ? error.code ?? "no cause" : String(error))
