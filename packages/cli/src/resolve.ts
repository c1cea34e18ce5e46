/** `procfsroot resolve`: one record per path, in order. */
import type { ResolveError } from "@procfsroot/platform/ResolveError"
import type { ResolveOptions, Root } from "@procfsroot/platform/Root"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { NobodyReads, Unusable } from "./failure.js"
import * as Json from "./json.js"
import { complain, record, write } from "./output.js"
import { failingPath } from "./status.js"

export interface Form {
  readonly json: boolean
  /** Print the path to open from the host, in addition to the one inside the root (JSON) or instead of it. */
  readonly host: boolean
  readonly separator: "\n" | "\0"
}

type Answer = Either.Either<RootedPath, ResolveError>

/**
 * A million paths must fit in 200 MB whatever their names. Remembering more names gains little, since there are few
 * directories.
 */
const maxRemembered = 20_000

/** Resolves all paths and writes the results, one part at a time. */
export const resolve = <E>(root: Root, paths: Stream.Stream<string, E>, options: ResolveOptions, form: Form) => {
  // The batch returns results in order; the paths of a part wait here for theirs.
  const asked: Array<string> = []
  const remember = (path: string) => {
    asked.push(path)
    return path
  }
  return root.resolveStream(Stream.map(paths, remember), { ...options, maxRemembered }).pipe(
    Stream.runForEachChunk((answers) => {
      const paths = asked.splice(0, answers.length)
      return report(root, Array.from(answers, (answer, i) => [paths[i] ?? "", answer] as const), form)
    })
  )
}

const report = (
  root: Root,
  answers: ReadonlyArray<readonly [path: string, answer: Answer]>,
  { host, json, separator }: Form
): Effect.Effect<void, NobodyReads | Unusable> => {
  const records: Array<string> = []
  const complaints: Array<string> = []
  let failures = 0
  for (const [path, answer] of answers) {
    if (Either.isLeft(answer)) failures++
    if (json) {
      const told = Either.match(answer, {
        onLeft: Json.failed,
        onRight: (resolved) => Json.resolved(resolved, host ? root.hostPath(resolved) : undefined)
      })
      records.push(Json.line({ path, ...told }))
    } else if (Either.isRight(answer)) {
      records.push(record(host ? root.hostPath(answer.right) : answer.right, separator))
    } else {
      complaints.push(answer.left.message)
    }
  }
  return Effect.all([
    failures === 0 ? Effect.void : failingPath,
    complaints.length === 0 ? Effect.void : complain(complaints.join("\n")),
    records.length === 0 ? Effect.void : write(records.join(""))
  ], { discard: true })
}
