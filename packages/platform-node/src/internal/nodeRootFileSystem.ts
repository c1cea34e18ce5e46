import * as FileSystem from "@effect/platform/FileSystem"
import { Root } from "@procfsroot/platform/Root"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Options } from "../NodeRootFileSystem.js"
import * as content from "./fileSystem/content.js"
import { Inside } from "./fileSystem/inside.js"
import * as makers from "./fileSystem/make.js"
import * as metadata from "./fileSystem/metadata.js"
import { readOnly } from "./fileSystem/readOnly.js"
import * as trees from "./fileSystem/trees.js"
import * as watch from "./fileSystem/watch.js"
import { given, openBound } from "./nodeRoot.js"
import { type Binding, load } from "./binding.js"
import type { Openat2 } from "./openat2.js"

const fileSystem = (inside: Inside, options: Options): FileSystem.FileSystem => {
  const system = {
    ...metadata.make(inside),
    ...content.make(inside),
    ...trees.make(inside),
    ...makers.make(inside),
    watch: watch.make(inside)
  }
  if (options.readOnly === true) return FileSystem.make(readOnly(inside, system))
  // The sink that FileSystem.make derives ends before the file is closed, and cannot fail with what the close says.
  return { ...FileSystem.make(system), sink: system.sink }
}

const makeBound = (path: string, options: Options, bind: () => Binding) =>
  Effect.map(
    openBound(path, {}, bind),
    ({ handle, root }) =>
      Context.make(FileSystem.FileSystem, fileSystem(new Inside(path, handle), options)).pipe(
        Context.add(Root, root)
      )
  )

/** @internal */
export const make = (path: string, options: Options) => makeBound(path, options, load)

/**
 * `layer` with whatever answers `openat2`.
 *
 * @internal
 */
export const layerWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Layer.scopedContext(makeBound(path, options, () => given(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.scopedContext(make(path, options))
