import * as Node from "@procfsroot/node/FileSystem"
import { type Bind, bindFor, type Openat2 } from "@procfsroot/node/Native"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { Root } from "../../Root.js"
import * as VfsFileSystem from "../../VfsFileSystem.js"
import type { Options } from "../NodeRootFileSystem.js"
import { backendOf } from "./backend.js"
import { bindingOf, openBound } from "./nodeRoot.js"

const makeBound = (path: string, options: Options, bind: Bind | undefined) =>
  Effect.map(openBound(path, {}, bind), ({ handle, root }) => {
    const system = VfsFileSystem.make(
      backendOf(path, handle, (retained) => Node.make(retained, options), (descriptor) => descriptor)
    )
    return Context.make(FileSystem, system).pipe(Context.add(Root, root))
  })

/** @internal */
export const make = (path: string, options: Options) => makeBound(path, options, bindFor(options.strategy))

/**
 * `layer` with whatever answers `openat2`.
 *
 * @internal
 */
export const layerWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Layer.effectContext(makeBound(path, options, () => bindingOf(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.effectContext(make(path, options))
