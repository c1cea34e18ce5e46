/**
 * The messages to and from a thread: tasks and their answers. Everything is plain data, which a message can contain.
 */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { types } from "node:util"
import type { MakeOptions } from "../../FileSystem.js"
import type { Choice } from "../../Native.js"

/**
 * A root whose descriptor the thread uses. The thread that sends the task keeps it open until the answer.
 *
 * @internal
 */
export interface RootData {
  /** Unique for each root, even if a later root gets the same descriptor. */
  readonly id: number
  readonly fd: number
  readonly native: Choice
}

/**
 * What a thread is to do. A string is a path to resolve.
 *
 * @internal
 */
export type Task =
  | string
  | { readonly do: "walk"; readonly path: string }
  | { readonly do: "walkAll"; readonly paths: ReadonlyArray<string>; readonly maxRemembered: number }
  /** Opens a directory with O_PATH, and returns the descriptor. */
  | { readonly do: "open"; readonly path: string }
  | { readonly do: "close"; readonly fd: number }
  | FileTask

/**
 * An operation of the root's file system, of its `RootDirectory`, or of an open file, by the name of the method: of a
 * `File`, or of `FileOperations`.
 *
 * @internal
 */
export interface FileTask {
  readonly do: "fileSystem" | "rootDirectory" | "openFile" | "file"
  readonly method: string
  readonly args: ReadonlyArray<unknown>
  readonly options: MakeOptions
  /** The options as a string, by which a thread finds a file system that it has already made. */
  readonly key: string
}

/**
 * Several tasks at once. The policy of each task is at the same index, if it needs one.
 *
 * @internal
 */
export interface Message {
  readonly root: RootData | undefined
  readonly tasks: ReadonlyArray<Task>
  readonly policies: ReadonlyArray<Policy | undefined>
}

/** Copying fewer bytes than this takes no longer than moving them. */
const LARGE = 65_536

/**
 * The buffers that are moved to the other thread: to copy them would block both threads, and take much memory.
 *
 * @internal
 */
export const movedIn = (values: ReadonlyArray<unknown>): ReadonlyArray<ArrayBuffer> =>
  values.flatMap((value) =>
    types.isUint8Array(value) && value.length >= LARGE && value.buffer instanceof ArrayBuffer ? [value.buffer] : []
  )

/**
 * What a thread sends: answers to the tasks from `first` on. After the last one, the thread is free.
 *
 * @internal
 */
export interface Answers {
  readonly first: number
  readonly answers: ReadonlyArray<AnswerData>
  readonly last: boolean
}

/**
 * The answer to a task. A string is the answer to a path: where it leads, or `MISSING` and the place of a missing name,
 * since a message with strings takes half as long as one with objects. `undefined` if the task was not begun.
 *
 * @internal
 */
export type AnswerData = string | undefined | { readonly value: unknown } | { readonly error: ErrorData }

/** Not a slash, with which a path begins. */
const MISSING = "!"

/** What Node adds to the error of a system call. An error that has nothing of it is a mistake in a program. */
type Fields = Partial<Record<(typeof fields)[number], unknown>>

const fields = ["code", "errno", "syscall", "path", "dest"] as const

/** An error as data, since errors lose their properties in a message. */
interface ErrorData {
  readonly name: string
  readonly message: string
  readonly fields: Fields
  /** A failure of the file system. Its outcome has only the fields that are used. */
  readonly failure?: FailureData
}

type FailureData = Errno.BadArgument | Errno.WriteZero | Omit<Errno.Errno, "cause"> & { readonly cause?: ErrorData }

const unresolvedData = ({ outcome, ...unresolved }: Errno.Unresolved): Errno.Unresolved => ({
  ...unresolved,
  outcome: outcome === undefined ? undefined : { at: outcome.at, reason: withoutCause(outcome.reason) }
})

/** Only the errno of the cause is used. */
const withoutCause = (reason: Walk.Reason): Walk.Reason =>
  reason._tag === "Fault" ? { _tag: "Fault", cause: { code: Errno.inError(reason.cause) } } : reason

const failureData = (thrown: unknown): FailureData | undefined => {
  if (Errno.isBadArgument(thrown) || Errno.isWriteZero(thrown)) return { ...thrown }
  if (!Errno.isErrno(thrown)) return undefined
  const { cause, unresolved, ...fields } = thrown
  return {
    ...fields,
    unresolved: unresolved && unresolvedData(unresolved),
    ...(cause === undefined ? {} : { cause: errorData(cause) })
  }
}

const fieldsOf = (error: Error & Fields): Fields =>
  Object.fromEntries(fields.filter((field) => field in error).map((field) => [field, error[field]]))

/** @internal */
export const errorData = (thrown: unknown): ErrorData => {
  const failure = failureData(thrown)
  const data = thrown instanceof Error
    ? { name: thrown.name, message: thrown.message, fields: fieldsOf(thrown) }
    : { name: "Error", message: String(thrown), fields: {} }
  return failure === undefined ? data : { ...data, failure }
}

const classes: Readonly<Record<string, typeof Error>> = { RangeError, TypeError }

/** An error of the same class and with the same fields as the one that the thread threw. */
const rebuilt = ({ fields, message, name }: ErrorData): Error =>
  Object.assign(new (classes[name] ?? Error)(message), fields)

const failureOf = (failure: FailureData): unknown => {
  if (failure._tag !== "Errno") return Errno.fromFields(failure)
  const { cause } = failure
  return Errno.fromFields({ ...failure, cause: cause && errorOf(cause) })
}

/** @internal */
export const errorOf = (data: ErrorData): unknown =>
  data.failure === undefined ? rebuilt(data) : failureOf(data.failure)

type ReasonData = Walk.Reason | { readonly _tag: "Error"; readonly error: ErrorData }

type Without<A, K extends string> = Omit<A, K | "trace">

interface TraceData {
  readonly hops: ReadonlyArray<Walk.Hop>
  readonly clamped: boolean
}

/**
 * The outcome of a walk. Places are sent as strings: a message cannot contain a linked list of many thousand elements.
 *
 * @internal
 */
export type OutcomeData =
  & { readonly trace: TraceData }
  & (
    | Without<Walk.Resolved<unknown>, "place"> & { readonly place: string }
    | Without<Walk.Failed<unknown>, "deepest" | "reason"> & { readonly deepest: string; readonly reason: ReasonData }
  )

const reasonData = (reason: Walk.Reason): ReasonData =>
  reason._tag === "Fault" ? { _tag: "Error", error: errorData(reason.cause) } : reason

const reasonOf = (reason: ReasonData): Walk.Reason =>
  reason._tag === "Error" ? { _tag: "Fault", cause: errorOf(reason.error) } : reason

const stackOf = (path: string): ComponentStack.ComponentStack<unknown> => {
  const top = ComponentStack.make<unknown>(undefined)
  return path === "/"
    ? top
    : path.slice(1).split("/").reduce((stack, name) => ComponentStack.push(stack, name, undefined), top)
}

/** @internal */
export const outcomeData = (outcome: Walk.Outcome<unknown>): OutcomeData => {
  const trace = { hops: Walk.hops(outcome.trace), clamped: Walk.clamped(outcome.trace) }
  return outcome._tag === "Resolved"
    ? { ...outcome, place: ComponentStack.toPath(outcome.place), trace }
    : { ...outcome, deepest: ComponentStack.toPath(outcome.deepest), reason: reasonData(outcome.reason), trace }
}

/** @internal */
export const outcomeOf = (data: OutcomeData): Walk.Outcome<unknown> => {
  const trace = Walk.traceOf(data.trace.hops, data.trace.clamped)
  return data._tag === "Resolved"
    ? { ...data, place: stackOf(data.place), trace }
    : { ...data, deepest: stackOf(data.deepest), reason: reasonOf(data.reason), trace }
}

/**
 * The answer to a path to resolve.
 *
 * @internal
 */
export const resolvedData = (answer: RootedPath | Walk.Resolved<unknown> | Walk.Unresolved): AnswerData => {
  if (typeof answer === "string") return answer
  if (answer._tag === "Resolved") return Walk.toPath(answer)
  if (answer.reason._tag === "Missing") return MISSING + answer.at
  return { value: { _tag: answer._tag, at: answer.at, reason: reasonData(answer.reason) } }
}

/**
 * The same answer, in the thread that asked.
 *
 * @internal
 */
export const resolvedOf = (value: unknown): RootedPath | Walk.Unresolved => {
  if (typeof value !== "string") return unresolvedOf(value)
  // As the thread resolved it.
  return value.startsWith(MISSING)
    ? { _tag: "Failed", reason: { _tag: "Missing" }, at: value.slice(MISSING.length) as RootedPath }
    : value as RootedPath
}

const unresolvedOf = (value: unknown): Walk.Unresolved => {
  const data = value as Pick<Walk.Unresolved, "_tag" | "at"> & { readonly reason: ReasonData } // of `resolvedData`
  return { _tag: "Failed", at: data.at, reason: reasonOf(data.reason) }
}
