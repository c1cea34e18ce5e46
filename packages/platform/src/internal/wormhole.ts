/** The accessors of the `Wormhole` service. */
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { FileSystemOptions, RootOptions, Wormhole } from "../Wormhole.js"
// Imported so that Node's error names the right edition to users of Effect 4. Bundlers warn about unnamed imports.
import * as Either from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"

void Either

/** @internal */
export const tag = Context.GenericTag<Wormhole>("@procfsroot/platform/Wormhole")

/** @internal */
export const layer = (options: RootOptions) => {
  // The caller may change its options before the layer is built.
  const own = { pid: options.pid }
  return Layer.unwrapEffect(Effect.map(tag, (wormhole) => wormhole.layer(own)))
}

/** @internal */
export const fileSystem = (options: FileSystemOptions) => {
  // The caller may change its options before the layer is built.
  const { pid, readOnly } = options
  const own = { ...PathPolicy.copy(options), pid, readOnly }
  return Layer.unwrapEffect(Effect.map(tag, (wormhole) => wormhole.fileSystem(own)))
}
