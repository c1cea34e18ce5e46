/** Compares the outcomes of the same plan in two file systems, and describes the differences. */
import { isRecord } from "effect/Predicate"
import { isDeepStrictEqual } from "node:util"
import { DESCRIPTOR, withoutRandom } from "../contract/answer.js"
import type { FileState } from "../contract/model.js"
import type { Operation, OperationAnswer, Outcome, Plan } from "./model.js"

/** Removes random names, which each file system chooses itself, from a value that contains paths. */
const anonymous = (value: unknown): unknown => {
  if (typeof value === "string") return withoutRandom(value)
  if (Array.isArray(value)) return value.map(anonymous).toSorted()
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, anonymous(field)]))
    : value
}

/** Whether to compare only that a descriptor is named. For an open file, a path or any number is fine. */
const namesDescriptor = (operation: Operation, judge: OperationAnswer): boolean =>
  operation.method === "file" || ("error" in judge && judge.error.path === DESCRIPTOR)

const normal = (answer: OperationAnswer, descriptor: boolean): unknown => {
  if ("ok" in answer) return { ok: anonymous(answer.ok) }
  if (!("error" in answer)) return answer
  const { at: _, path, ...rest } = answer.error
  return { error: { ...rest, path: descriptor ? DESCRIPTOR : path === undefined ? path : withoutRandom(path) } }
}

const codeOf = (answer: OperationAnswer | undefined): unknown =>
  answer !== undefined && "error" in answer ? answer.error.code : undefined

/**
 * Whether both refused to copy a directory into itself, with different errors. Node only checks this above existing
 * parents. Through a dangling link, it fails later, when it creates the parents.
 */
const refusesCopy = (judge: OperationAnswer, own: OperationAnswer | undefined): boolean =>
  codeOf(own) === "ERR_FS_CP_EINVAL" && codeOf(judge) === "ENOENT"

/** Earlier times have been set explicitly. */
const NOW = Date.UTC(2020)

/**
 * Newer versions of libuv give a copy the times of its source before they write to it, so an empty copy keeps them
 * (`uv__fs_copyfile` in `src/unix/fs.c`). Node 20 does not.
 */
const keepsTimesOfEmpty = Number.parseInt(process.versions.node) >= 22

const line = ({ content, gid, mode, mtime, path, target, type, uid }: FileState, first: string | undefined): string =>
  [
    withoutRandom(path),
    type,
    type === "SymbolicLink" ? `-> ${target}` : mode.toString(8),
    `${uid}:${gid}`,
    ...(content === undefined ? [] : [JSON.stringify(withoutRandom(content))]),
    ...(first === undefined ? [] : [`same as ${withoutRandom(first)}`]),
    ...(mtime < NOW && !(keepsTimesOfEmpty && content === "") ? [`of ${mtime}`] : [])
  ].join(" ")

/** A tree, with one line per file. If a file has several names, the other ones refer to the first. */
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

/** The lines that are only in one of two lists. */
const differing = (expected: ReadonlyArray<string>, actual: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...expected.filter((text) => !actual.includes(text)).map((text) => `  the oracle has  ${text}`),
  ...actual.filter((text) => !expected.includes(text)).map((text) => `  the subject has ${text}`)
]

const shortened = (text: string): string => text.length > 300 ? `${text.slice(0, 300)}…` : text

const shown = (value: unknown): string =>
  shortened(
    JSON.stringify(value, (_, field: unknown) => typeof field === "bigint" ? `${field}n` : field) ?? "undefined"
  )

/** Describes an operation. */
export const described = ({ args, method }: Operation): string =>
  `${method}(${args.map((arg) => shown(arg instanceof Uint8Array ? Buffer.from(arg).toString() : arg)).join(", ")})`

/** The first answer that differs, or the differences of the trees; `undefined` if there are none. */
export const difference = (plan: Plan, expected: Outcome, actual: Outcome): string | undefined => {
  for (const [i, operation] of plan.operations.entries()) {
    const judge = expected.answers[i]
    const own = actual.answers[i]
    if (judge === undefined) break
    const descriptor = namesDescriptor(operation, judge)
    const should = normal(judge, descriptor)
    const does = own === undefined ? "nothing" : normal(own, descriptor)
    if (!isDeepStrictEqual(should, does) && !refusesCopy(judge, own)) {
      return `${described(operation)}\n  the oracle  ${shown(should)}\n  the subject ${shown(does)}`
    }
  }
  // Only subjects on a disk have files outside their root.
  const should = lines(expected.files).filter(inside)
  const does = lines(actual.files)
  const hasOutside = does.some((text) => !inside(text))
  const all = hasOutside ? [...should, ...lines(expected.files).filter((text) => !inside(text))].toSorted() : should
  return isDeepStrictEqual(all, does) ? undefined : `the trees\n${differing(all, does).map(shortened).join("\n")}`
}
