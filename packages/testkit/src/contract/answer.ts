/** Brings what two file systems said about the same case into a form in which it can be compared. */
import { BadArgument, type PlatformError, SystemError } from "@effect/platform/Error"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { isRecord } from "effect/Predicate"
import { STAMP } from "./cases.js"
import type { Answer, Case, ErrorAnswer, FileState } from "./model.js"
import { BASE, outside, trees } from "./trees.js"

/** Node refuses a NUL before it asks the kernel; where it does so in a promise, the layer takes that for an errno. */
const BAD_ARGUMENT = "ERR_INVALID_ARG_VALUE"

/** What an open file may call itself by, if not by its path. */
export const DESCRIPTOR = "(descriptor)"

const causeCode = (error: unknown): string | undefined => {
  if (!isRecord(error)) return undefined
  return typeof error["code"] === "string" ? error["code"] : causeCode(error["cause"])
}

/** What of a case its answer depends on. */
interface Asked {
  readonly method: string
}

const isTemporary = ({ method }: Asked): boolean => method.startsWith("makeTemp")

const errorAnswer = (testCase: Asked, error: PlatformError): ErrorAnswer => {
  const code = causeCode(error.cause)
  if (code === "EILSEQ") return { tag: error._tag, code }
  if (error._tag === "BadArgument" || code === BAD_ARGUMENT) return { tag: "BadArgument" }
  // A temporary name is the file system's own, and so is what it says of one that it could not make.
  const [path, syscall = "none"] = isTemporary(testCase) ? ["", ""] : [error.pathOrDescriptor, error.syscall]
  return {
    tag: error._tag,
    reason: error.reason,
    code: code ?? "none",
    path: typeof path === "number" ? DESCRIPTOR : String(path),
    syscall
  }
}

const known = new Set([...Object.values(trees).flat(), ...outside].flatMap(({ path }) => path.split("/")))

/** Takes what is random out of the names that a case made. */
export const withoutRandom = (path: string): string =>
  path.split("/").map((name) =>
    known.has(name) ? name : name.replace(/^(T-)?\w{6}$/, "$1<random>").replace(/^[0-9a-f]{12}(?=\.|$)/, "<random>")
  ).join("/")

const normal = (testCase: Asked, path: string): string => isTemporary(testCase) ? withoutRandom(path) : path

const owner = (id: unknown, own: number | undefined): unknown => id === own ? "own" : id

const okAnswer = (testCase: Asked, value: unknown, base: string | undefined): unknown => {
  if (typeof value === "string") return base === undefined ? value : value.replace(base, BASE)
  if (!isRecord(value)) return value ?? null
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      if (key === "uid") return [key, owner(field, process.getuid?.())]
      if (key === "gid") return [key, owner(field, process.getgid?.())]
      if (key === "path") return [key, normal(testCase, String(field))]
      return [key, isRecord(field) ? okAnswer(testCase, field, base) : field]
    })
  )
}

/** Of an open file, a path tells as much as a descriptor. */
const ofOpenFile = (answer: Answer): Answer =>
  "error" in answer && answer.error.path !== undefined ? { error: { ...answer.error, path: DESCRIPTOR } } : answer

export const answerOf = (
  testCase: Asked,
  exit: Exit.Exit<unknown, unknown>,
  base: string | undefined
): Answer => {
  if (Exit.isSuccess(exit)) {
    return Array.isArray(exit.value) && exit.value.every(Exit.isExit)
      ? { ok: exit.value.map((step) => ofOpenFile(answerOf(testCase, step, base))) }
      : { ok: okAnswer(testCase, exit.value, base) }
  }
  const failure = Cause.failureOption(exit.cause)
  if (failure._tag === "None") return { defect: Cause.pretty(exit.cause) }
  const { value } = failure
  return value instanceof SystemError || value instanceof BadArgument
    ? { error: errorAnswer(testCase, value) }
    : { defect: String(value) }
}

/** Every text in a value, with the places it was found at, errors' own `message` and `cause` included. */
const texts = (value: unknown, at: string, seen: Set<unknown>): ReadonlyArray<readonly [string, string]> => {
  if (typeof value === "string") return [[at, value]]
  if (typeof value !== "object" || value === null || seen.has(value)) return []
  seen.add(value)
  const keys = new Set(Object.getOwnPropertyNames(value))
  if (value instanceof Error) { for (const key of ["message", "cause", "stack"]) keys.add(key) }
  return [...keys].flatMap((key) => texts((value as Record<string, unknown>)[key], `${at}.${key}`, seen)) // its own keys
}

/** Where an answer names the host's directory. The text of a link is what it is, even if it does. */
export const leaksOf = (
  testCase: Case,
  exit: Exit.Exit<unknown, unknown>,
  base: string | undefined
): ReadonlyArray<string> => {
  if (base === undefined || (testCase.method === "readLink" && Exit.isSuccess(exit))) return []
  const value = Exit.isSuccess(exit) ? exit.value : Cause.squash(exit.cause)
  return texts(value, Exit.isSuccess(exit) ? "value" : "error", new Set())
    .flatMap(([at, text]) => text.includes(base) ? [`${at}: ${text}`] : [])
}

const line = (testCase: Case, state: FileState, sameAs: string | undefined): string => {
  const { content, gid, mode, mtime, path, target, type, uid } = state
  return [
    normal(testCase, path),
    type,
    type === "SymbolicLink" ? `-> ${target}` : mode.toString(8),
    `${owner(uid, process.getuid?.())}:${owner(gid, process.getgid?.())}`,
    ...(content === undefined ? [] : [JSON.stringify(content)]),
    ...(sameAs === undefined ? [] : [`same as ${normal(testCase, sameAs)}`]),
    ...(mtime === STAMP * 1000 ? ["stamped"] : [])
  ].join(" ")
}

const lines = (testCase: Case, files: ReadonlyArray<FileState>): ReadonlySet<string> => {
  const sorted = files.toSorted((a, b) => a.path < b.path ? -1 : 1)
  const names = new Map<unknown, string>()
  return new Set(sorted.map((state) => {
    const first = names.get(state.identity)
    if (first === undefined) names.set(state.identity, state.path)
    return line(testCase, state, first)
  }))
}

/** What became of a tree, a line a file. */
export const changesOf = (
  testCase: Case,
  before: ReadonlyArray<FileState>,
  after: ReadonlyArray<FileState>
): ReadonlyArray<string> => {
  // The common case, and the cheap question.
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const was = lines(testCase, before)
  const is = lines(testCase, after)
  return [
    ...[...was].filter((text) => !is.has(text)).map((text) => `- ${text}`),
    ...[...is].filter((text) => !was.has(text)).map((text) => `+ ${text}`)
  ].toSorted()
}
