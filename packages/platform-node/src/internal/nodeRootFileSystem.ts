import { FileSystem } from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as Node from "@procfsroot/node/FileSystem"
import { type Bind, bindFor, type Openat2 } from "@procfsroot/node/Native"
import { Root } from "@procfsroot/platform/Root"
import * as VfsFileSystem from "@procfsroot/platform/VfsFileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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
  Layer.scopedContext(makeBound(path, options, () => bindingOf(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.scopedContext(make(path, options))
