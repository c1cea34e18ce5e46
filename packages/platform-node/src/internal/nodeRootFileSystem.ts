import { FileSystem } from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as Node from "@procfsroot/node/FileSystem"
import type { Binding, Openat2 } from "@procfsroot/node/Native"
import type { RootHandle } from "@procfsroot/node/Root"
import { Root } from "@procfsroot/platform/Root"
import * as VfsFileSystem from "@procfsroot/platform/VfsFileSystem"
import * as Vfs from "@procfsroot/vfs/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Options } from "../NodeRootFileSystem.js"
import { backendOf } from "./backend.js"
import { bindingOf, bindOf, openBound } from "./nodeRoot.js"

const fileSystemOf = (options: Options) => (handle: RootHandle): Vfs.FileSystem<number> => {
  const fileSystem = Node.make(handle, options)
  return options.readOnly === true ? Vfs.readOnly(fileSystem, () => handle.value) : fileSystem
}

const makeBound = (path: string, options: Options, bind: (() => Binding) | undefined) =>
  Effect.map(openBound(path, {}, bind), ({ handle, root }) => {
    const system = VfsFileSystem.make(backendOf(path, handle, fileSystemOf(options), (descriptor) => descriptor))
    return Context.make(FileSystem, system).pipe(Context.add(Root, root))
  })

/** @internal */
export const make = (path: string, options: Options) => makeBound(path, options, bindOf(options))

/**
 * `layer` with whatever answers `openat2`.
 *
 * @internal
 */
export const layerWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Layer.scopedContext(makeBound(path, options, () => bindingOf(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.scopedContext(make(path, options))
