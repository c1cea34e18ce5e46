/** `procfsroot explain`: every link that one path follows. */
import type { ResolveOptions, Root } from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { NobodyReads, Unusable } from "./failure.js"
import * as Json from "./json.js"
import { colourful, write } from "./output.js"
import type { Form } from "./resolve.js"
import { failingPath } from "./status.js"
import { colours, noColours, tree } from "./tree.js"
import { withoutRoot } from "./withoutRoot.js"

export const explain = (
  root: Root,
  path: string,
  options: ResolveOptions,
  form: Pick<Form, "host" | "json">
): Effect.Effect<void, NobodyReads | Unusable> =>
  Effect.gen(function*() {
    const explanation = yield* root.explain(path, options)
    const { clamped, hops, result } = explanation
    const answer = Option.getOrUndefined(Option.map(Either.getRight(result), root.hostPath))
    const host = form.host ? answer : undefined
    const without = yield* Effect.sync(() => withoutRoot(root.path, path, options.lastComponent === "keep", answer))
    if (Either.isLeft(result)) yield* failingPath
    if (!form.json) return yield* write(tree(explanation, root.path, host, without, colourful() ? colours : noColours))
    const told = Either.match(result, {
      onLeft: Json.failed,
      onRight: (resolved) => Json.resolved(resolved, host)
    })
    yield* write(Json.line({ path, root: root.path, hops, clamped, ...told, withoutRoot: without }))
  })
