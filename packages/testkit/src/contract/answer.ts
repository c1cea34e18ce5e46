/** Brings the answers of two file systems to the same case into a form that can be compared. */
import { isRecord } from "effect/Predicate"
import { PlainFailure } from "../edition.js"
import { STAMP } from "./cases.js"
import type { Answer, Case, ErrorAnswer, FileState } from "./model.js"
import { BASE, outside, trees } from "./trees.js"

/** Node refuses a NUL before it asks the kernel. If it does so in a promise, Effect's layer treats that as an errno. */
const BAD_ARGUMENT = "ERR_INVALID_ARG_VALUE"

/** What errors of an open file can contain instead of a path. */
export const DESCRIPTOR = "(descriptor)"

/** The outcome of a call. */
export type Attempt = { readonly value: unknown } | { readonly thrown: unknown }

/** Makes a call, and never throws. */
export const attempt = async (call: () => Promise<unknown>): Promise<Attempt> => {
  try {
    return { value: await call() }
  } catch (thrown) {
    return { thrown }
  }
}

/** The outcomes of the steps of a case. */
export class Steps {
  readonly attempts: ReadonlyArray<Attempt>
  constructor(attempts: ReadonlyArray<Attempt>) {
    this.attempts = attempts
  }
}

/** The part of a case that its answer depends on. */
interface Asked {
  readonly method: string
}

const isTemporary = ({ method }: Asked): boolean => method.startsWith("makeTemp")

const errorAnswer = (testCase: Asked, failure: PlainFailure): ErrorAnswer => {
  const { code, pathOrDescriptor, reason, tag } = failure
  if (code === "EILSEQ") return { tag, code }
  if (tag === "BadArgument" || code === BAD_ARGUMENT) return { tag: "BadArgument" }
  // Each file system chooses temporary names itself, and what to report if it cannot create one.
  const [path, syscall = "none"] = isTemporary(testCase) ? ["", ""] : [pathOrDescriptor, failure.syscall]
  return {
    tag,
    ...(reason === undefined ? {} : { reason }),
    code: code ?? "none",
    path: typeof path === "number" ? DESCRIPTOR : String(path),
    syscall
  }
}

const known = new Set([...Object.values(trees).flat(), ...outside].flatMap(({ path }) => path.split("/")))

/** Replaces the random parts of names that a case created. */
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

/** For an open file, reports a descriptor instead of a path: both are fine. */
const ofOpenFile = (answer: Answer): Answer =>
  "error" in answer && answer.error.path !== undefined ? { error: { ...answer.error, path: DESCRIPTOR } } : answer

const defectOf = (thrown: unknown): string => thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown)

export const answerOf = (testCase: Asked, made: Attempt, base: string | undefined): Answer => {
  if ("thrown" in made) {
    const { thrown } = made
    return thrown instanceof PlainFailure ? { error: errorAnswer(testCase, thrown) } : { defect: defectOf(thrown) }
  }
  return made.value instanceof Steps
    ? { ok: made.value.attempts.map((step) => ofOpenFile(answerOf(testCase, step, base))) }
    : { ok: okAnswer(testCase, made.value, base) }
}

/** Every text in a value, with its place there, including `message`, `cause` and `stack` of errors. */
const texts = (value: unknown, at: string, seen: Set<unknown>): ReadonlyArray<readonly [string, string]> => {
  if (typeof value === "string") return [[at, value]]
  if (typeof value !== "object" || value === null || seen.has(value)) return []
  seen.add(value)
  const keys = new Set(Object.getOwnPropertyNames(value))
  if (value instanceof Error) { for (const key of ["message", "cause", "stack"]) keys.add(key) }
  return [...keys].flatMap((key) => texts((value as Record<string, unknown>)[key], `${at}.${key}`, seen)) // its own keys
}

/** Writes stacks as V8 does. Vitest looks up each line in a source map, which takes a tenth of the time of a case. */
const withPlainStacks = <A>(use: () => A): A => {
  const { prepareStackTrace } = Error
  Error.prepareStackTrace = (error, sites) => [error, ...sites].join("\n    at ")
  try {
    return use()
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
}

/** Where an answer names the directory on the host. The text of a link can contain it. */
export const leaksOf = (testCase: Case, made: Attempt, base: string | undefined): ReadonlyArray<string> => {
  if (base === undefined || (testCase.method === "readLink" && "value" in made)) return []
  const [value, what] = "value" in made ? [made.value, "value"] : [made.thrown, "error"]
  return withPlainStacks(() => texts(value, what, new Set()))
    .flatMap(([at, text]) => text.includes(base) ? [`${at}: ${text}`] : [])
}

const line = (testCase: Asked, state: FileState, sameAs: string | undefined): string => {
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

const lines = (testCase: Asked, files: ReadonlyArray<FileState>): ReadonlySet<string> => {
  const sorted = files.toSorted((a, b) => a.path < b.path ? -1 : 1)
  const names = new Map<unknown, string>()
  return new Set(sorted.map((state) => {
    const first = names.get(state.identity)
    if (first === undefined) names.set(state.identity, state.path)
    return line(testCase, state, first)
  }))
}

/** How a tree has changed, with one line per file. */
export const changesOf = (
  testCase: Asked,
  before: ReadonlyArray<FileState>,
  after: ReadonlyArray<FileState>
): ReadonlyArray<string> => {
  const was = lines(testCase, before)
  const is = lines(testCase, after)
  return [
    ...[...was].filter((text) => !is.has(text)).map((text) => `- ${text}`),
    ...[...is].filter((text) => !was.has(text)).map((text) => `+ ${text}`)
  ].toSorted()
}
