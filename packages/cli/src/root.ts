/** Opens the root of the command. */
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import * as Wormhole from "@procfsroot/platform-node/Wormhole"
import type { WormholeError } from "@procfsroot/platform-node/WormholeError"
import { Root } from "@procfsroot/platform/Root"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Unusable } from "./failure.js"

/** The root: a directory, or that of a process. */
export type Where = { readonly _tag: "Directory"; readonly path: string } | {
  readonly _tag: "Process"
  readonly pid: number
}

/** Every path goes through a batch, which walks, so loading koffi for `openat2` would gain nothing. */
const options: NodeRoot.Options = { strategy: "walk" }

const layer = (where: Where): Layer.Layer<Root, WormholeError> =>
  where._tag === "Directory"
    ? NodeRoot.layer(where.path, options)
    : Wormhole.layer({ pid: where.pid, ...options })

export const open = (where: Where): Effect.Effect<Root, Unusable, Scope.Scope> =>
  Layer.build(layer(where)).pipe(
    Effect.map(Context.get(Root)),
    Effect.mapError(({ message }) => new Unusable({ message }))
  )
