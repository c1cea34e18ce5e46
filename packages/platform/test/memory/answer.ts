/** Questions to a file system, and what it answers in a form that can be compared with another's answer. */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import type { Scope } from "effect/Scope"

export interface Question {
  /** Tells the question in messages. */
  readonly name: string
  readonly ask: (fs: FileSystem) => Effect.Effect<unknown, PlatformError, Scope>
}

const errorOf = (name: string, error: PlatformError): object => {
  const { method } = error
  const cause = isRecord(error.cause) ? error.cause : {}
  const code = String(cause["code"])
  // Node refuses these before it asks the kernel; where it does so in a promise, its layer takes that for an errno.
  if (error._tag === "BadArgument" || code === "ERR_INVALID_ARG_VALUE") return { badArgument: method, code }
  const { pathOrDescriptor, reason } = error
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
  if (Option.isOption(value)) return Option.match(value, { onNone: () => "none", onSome: (some) => [plain(some)] })
  return value ?? null
}

const answerOf = (name: string, exit: Exit.Exit<unknown, PlatformError>): object => {
  if (Exit.isSuccess(exit)) return { ok: plain(exit.value) }
  return Option.match(Cause.failureOption(exit.cause), {
    onNone: () => ({ defect: Cause.pretty(exit.cause) }),
    onSome: (error) => errorOf(name, error)
  })
}

/** The answer of the file system that is there. */
export const answered = ({ ask, name }: Question): Effect.Effect<object, never, FileSystem> =>
  Effect.flatMap(FileSystem, (fs) => Effect.scoped(Effect.suspend(() => ask(fs)))).pipe(
    Effect.exit,
    Effect.map((exit) => answerOf(name, exit))
  )
