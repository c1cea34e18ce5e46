/** Questions to a file system, and what it answers in a form that can be compared with another's answer. */
import { isRecord } from "effect/Predicate"
import { PlainFailure, type PlainFileSystem } from "../edition.js"

export interface Question {
  /** Tells the question in messages. */
  readonly name: string
  readonly ask: (fs: PlainFileSystem) => Promise<unknown>
}

const errorOf = (name: string, error: PlainFailure): object => {
  const { method, pathOrDescriptor, reason, tag } = error
  const cause = isRecord(error.cause) ? error.cause : {}
  const code = String(cause["code"])
  // Node refuses these before it asks the kernel; where it does so in a promise, its layer takes that for an errno.
  if (tag === "BadArgument" || code === "ERR_INVALID_ARG_VALUE") return { badArgument: method, code }
  const at = typeof pathOrDescriptor === "string" ? pathOrDescriptor.slice(0, 100) : "(descriptor)"
  const told = { error: code, reason, method, syscall: String(cause["syscall"]) }
  return name.startsWith("makeTemp") ? told : { ...told, at }
}

/** Names that are made up for temporary files are the file system's own, and so is the order of names. */
const plain = (value: unknown): unknown => {
  if (typeof value === "string") return value.replaceAll(/(?<=\/)\w{6}(?=\/|$)|\w{12}(?=\.|$)/g, "<random>")
  if (typeof value === "bigint") return `${value}n`
  if (Array.isArray(value)) return value.map(plain).toSorted()
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return value ?? null
}

/** The answer of a file system. */
export const answered = async ({ ask, name }: Question, fs: PlainFileSystem): Promise<object> => {
  try {
    return { ok: plain(await ask(fs)) }
  } catch (error) {
    return error instanceof PlainFailure ? errorOf(name, error) : { defect: String(error) }
  }
}
