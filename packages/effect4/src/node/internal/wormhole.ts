/** Opens the root directory of a process. */
import * as ProcessRoot from "@procfsroot/node/ProcessRoot"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RootUnavailable } from "../../ResolveError.js"
import { Root } from "../../Root.js"
import { Wormhole } from "../../Wormhole.js"
import * as WormholeError from "../../WormholeError.js"
import type { FileSystemOptions, RootOptions } from "../Wormhole.js"
import type { Options } from "../NodeRoot.js"
import * as nodeRoot from "./nodeRoot.js"
import * as nodeRootFileSystem from "./nodeRootFileSystem.js"

const explain = (pid: number) => (error: RootUnavailable): WormholeError.WormholeError => {
  const why = ProcessRoot.whyUnavailable(pid, { code: error.code, reason: error.reason })
  return why === undefined ? error : WormholeError.make(pid, why, error.code)
}

/** @internal */
export const layer = (given: RootOptions) => {
  const { pid } = given
  // The caller may change its options before the layer is built.
  const options = nodeRoot.copy(given)
  return Layer.effect(
    Root,
    Effect.mapError(Effect.suspend(() => nodeRoot.make(ProcessRoot.find(pid), options)), explain(pid))
  )
}

/** @internal */
export const fileSystem = (given: FileSystemOptions) => {
  const { pid } = given
  // The caller may change its options before the layer is built.
  const options = nodeRootFileSystem.copy(given)
  return Layer.effectContext(
    Effect.mapError(Effect.suspend(() => nodeRootFileSystem.make(ProcessRoot.find(pid), options)), explain(pid))
  )
}

/** @internal */
export const liveWith = (options: Options) => {
  // The caller may change its options before a root is opened.
  const own = nodeRoot.copy(options)
  return Layer.succeed(Wormhole, {
    layer: ({ pid }) => layer({ ...own, pid }),
    fileSystem: (asked) => {
      const { pid, readOnly } = asked
      return fileSystem({ ...own, ...PathPolicy.copy(asked), pid, readOnly })
    }
  })
}

/** @internal */
export const live = liveWith({})
