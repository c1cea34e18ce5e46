import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { FileSystemOptions, RootOptions, Wormhole } from "../Wormhole.js"

/** @internal */
export const tag = Context.GenericTag<Wormhole>("@procfsroot/platform/Wormhole")

/** @internal */
export const layer = (options: RootOptions) =>
  Layer.unwrapEffect(Effect.map(tag, (wormhole) => wormhole.layer(options)))

/** @internal */
export const fileSystem = (options: FileSystemOptions) =>
  Layer.unwrapEffect(Effect.map(tag, (wormhole) => wormhole.fileSystem(options)))
