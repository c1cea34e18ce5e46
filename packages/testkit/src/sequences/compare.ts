/** What two file systems made of the same plan, in a form in which it can be compared and read. */
import { isRecord } from "effect/Predicate"
import { isDeepStrictEqual } from "node:util"
import { DESCRIPTOR, withoutRandom } from "../contract/answer.js"
import type { FileState } from "../contract/model.js"
import type { Operation, Outcome, Plan, Told } from "./model.js"

/** Names drawn by a file system, taken out of a value that has paths in it. */
const anonymous = (value: unknown): unknown => {
  if (typeof value === "string") return withoutRandom(value)
  if (Array.isArray(value)) return value.map(anonymous).toSorted()
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, anonymous(field)]))
    : value
}

/** Of an open file, a path tells as much as a descriptor, which is whatever number was free. */
const namesDescriptor = (operation: Operation, judge: Told): boolean =>
  operation.method === "file" || ("error" in judge && judge.error.path === DESCRIPTOR)

const normal = (told: Told, descriptor: boolean): unknown => {
  if ("ok" in told) return { ok: anonymous(told.ok) }
  if (!("error" in told)) return told
  const { at: _, path, ...rest } = told.error
  return { error: { ...rest, path: descriptor ? DESCRIPTOR : path === undefined ? path : withoutRandom(path) } }
}

const codeOf = (told: Told | undefined): unknown => told !== undefined && "error" in told ? told.error.code : undefined

/**
 * Whether a directory was not copied into itself. Node looks for that only above parents that exist. Through a dangling
 * link, it fails only when it makes the parents.
 */
const refusesCopy = (judge: Told, own: Told | undefined): boolean =>
  codeOf(own) === "ERR_FS_CP_EINVAL" && codeOf(judge) === "ENOENT"

/** Before it, no file has got its times by itself. */
const NOW = Date.UTC(2020)

const line = ({ content, gid, mode, mtime, path, target, type, uid }: FileState, first: string | undefined): string =>
  [
    withoutRandom(path),
    type,
    type === "SymbolicLink" ? `-> ${target}` : mode.toString(8),
    `${uid}:${gid}`,
    ...(content === undefined ? [] : [JSON.stringify(withoutRandom(content))]),
    ...(first === undefined ? [] : [`same as ${withoutRandom(first)}`]),
    ...(mtime < NOW ? [`of ${mtime}`] : [])
  ].join(" ")

/** A tree, one line per file; of the names of one file, all but the first name the first. */
export const lines = (files: ReadonlyArray<FileState>): ReadonlyArray<string> => {
  const names = new Map<unknown, string>()
  return files
    .toSorted((a, b) => withoutRandom(a.path) < withoutRandom(b.path) ? -1 : 1)
    .map((state) => {
      const first = names.get(state.identity)
      if (first === undefined) names.set(state.identity, state.path)
      return line(state, first)
    })
    .toSorted()
}

const inside = (text: string): boolean => !text.startsWith("outside:")

/** Lines that only one of two lists has. */
const differing = (expected: ReadonlyArray<string>, actual: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...expected.filter((text) => !actual.includes(text)).map((text) => `  the oracle has  ${text}`),
  ...actual.filter((text) => !expected.includes(text)).map((text) => `  the subject has ${text}`)
]

const shortened = (text: string): string => text.length > 300 ? `${text.slice(0, 300)}…` : text

const shown = (value: unknown): string =>
  shortened(
    JSON.stringify(value, (_, field: unknown) => typeof field === "bigint" ? `${field}n` : field) ?? "undefined"
  )

/** An operation to be read. */
export const told = ({ args, method }: Operation): string =>
  `${method}(${args.map((arg) => shown(arg instanceof Uint8Array ? Buffer.from(arg).toString() : arg)).join(", ")})`

/** The first answer in which two outcomes differ, or where the trees do; `undefined` where nothing does. */
export const difference = (plan: Plan, expected: Outcome, actual: Outcome): string | undefined => {
  for (const [i, operation] of plan.operations.entries()) {
    const judge = expected.told[i]
    const own = actual.told[i]
    if (judge === undefined) break
    const descriptor = namesDescriptor(operation, judge)
    const should = normal(judge, descriptor)
    const does = own === undefined ? "nothing" : normal(own, descriptor)
    if (!isDeepStrictEqual(should, does) && !refusesCopy(judge, own)) {
      return `${told(operation)}\n  the oracle  ${shown(should)}\n  the subject ${shown(does)}`
    }
  }
  // What lies outside one subject's root is not there for another's.
  const should = lines(expected.files).filter(inside)
  const does = lines(actual.files)
  const hasOutside = does.some((text) => !inside(text))
  const all = hasOutside ? [...should, ...lines(expected.files).filter((text) => !inside(text))].toSorted() : should
  return isDeepStrictEqual(all, does) ? undefined : `the trees\n${differing(all, does).map(shortened).join("\n")}`
}
