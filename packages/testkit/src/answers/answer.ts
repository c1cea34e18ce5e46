/** A question to a file system, and its answer in a form that can be compared with that of another file system. */
import { isRecord } from "effect/Predicate"
import { PlainFailure, type PlainFileSystem } from "../edition.js"

export interface Question {
  /** Identifies the question in messages. */
  readonly name: string
  readonly ask: (fs: PlainFileSystem) => Promise<unknown>
}

const errorOf = (name: string, error: PlainFailure): object => {
  const { method, pathOrDescriptor, reason, tag } = error
  const cause = isRecord(error.cause) ? error.cause : {}
  const code = String(cause["code"])
  // Node refuses these before it asks the kernel. If it does so in a promise, Effect's layer treats that as an errno.
  if (tag === "BadArgument" || code === "ERR_INVALID_ARG_VALUE") return { badArgument: method, code }
  const at = typeof pathOrDescriptor === "string" ? pathOrDescriptor.slice(0, 100) : "(descriptor)"
  const failure = { error: code, reason, method, syscall: String(cause["syscall"]) }
  return name.startsWith("makeTemp") ? failure : { ...failure, at }
}

/** Removes what each file system can choose: the random names of temporary files, and the order of names. */
const plain = (value: unknown): unknown => {
  if (typeof value === "string") return value.replaceAll(/(?<=\/)\w{6}(?=\/|$)|\w{12}(?=\.|$)/g, "<random>")
  if (typeof value === "bigint") return `${value}n`
  if (Array.isArray(value)) return value.map(plain).toSorted()
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return value ?? null
}

/** Asks a file system, and returns its answer. */
export const answered = async ({ ask, name }: Question, fs: PlainFileSystem): Promise<object> => {
  try {
    return { ok: plain(await ask(fs)) }
  } catch (error) {
    return error instanceof PlainFailure ? errorOf(name, error) : { defect: String(error) }
  }
}
