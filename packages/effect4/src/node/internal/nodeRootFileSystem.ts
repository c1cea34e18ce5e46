import * as Node from "@procfsroot/node/FileSystem"
import type { Binding, Openat2 } from "@procfsroot/node/Native"
import type { RootHandle } from "@procfsroot/node/Root"
import * as Vfs from "@procfsroot/vfs/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { Root } from "../../Root.js"
import * as VfsFileSystem from "../../VfsFileSystem.js"
import type { Options } from "../NodeRootFileSystem.js"
import { backendOf } from "./backend.js"
import { bindingOf, openBound } from "./nodeRoot.js"

const readOnly = (handle: RootHandle) => Vfs.readOnly(Node.make(handle), () => handle.value)

const makeBound = (path: string, options: Options, bind: (() => Binding) | undefined) =>
  Effect.map(openBound(path, {}, bind), ({ handle, root }) => {
    const open = options.readOnly === true ? readOnly : Node.make
    const system = VfsFileSystem.make(backendOf(path, handle, open, (descriptor) => descriptor))
    return Context.make(FileSystem, system).pipe(Context.add(Root, root))
  })

/** @internal */
export const make = (path: string, options: Options) => makeBound(path, options, undefined)

/**
 * `layer` with whatever answers `openat2`.
 *
 * @internal
 */
export const layerWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Layer.effectContext(makeBound(path, options, () => bindingOf(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.effectContext(make(path, options))
