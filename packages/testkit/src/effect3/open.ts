/** Builds layers of Effect 3 and adapts their services. They stay open until they are closed. */
import { FileSystem } from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import type { OpenFileSystem, OpenRoot } from "../edition.js"
import { plainFileSystem } from "./fileSystem.js"
import { plainRoot, type RootLike } from "./root.js"
import { plainRootDirectory, type RootDirectoryLike } from "./rootDirectory.js"
import { build } from "./run.js"

/** The root of a layer, whose service has the tag `root`. */
export const openRoot = async <R, V extends RootLike>(
  layer: Layer.Layer<R, unknown>,
  root: Context.Tag<R, V>
): Promise<OpenRoot> => {
  const { close, value } = await build(layer)
  return { root: plainRoot(Context.get(value, root)), close }
}

/** The file system of a context, and the root that it works in. */
export const services = <R, V extends RootLike>(
  context: Context.Context<FileSystem | R>,
  root: Context.Tag<R, V>
): Pick<OpenFileSystem, "fs" | "root"> => ({
  fs: plainFileSystem(Context.get(context, FileSystem)),
  root: plainRoot(Context.get(context, root))
})

/** The file system of a layer, and the root that it works in. */
export const openFileSystem = async <R, V extends RootLike>(
  layer: Layer.Layer<FileSystem | R, unknown>,
  root: Context.Tag<R, V>
): Promise<OpenFileSystem> => {
  const { close, value } = await build(layer)
  return { ...services(value, root), close }
}

/** Like `services`, with the other operations of the root. Roots inside it have them too. */
export const servicesOfDirectory = <R, V extends RootLike, D, W extends RootDirectoryLike<FileSystem | R | D>>(
  context: Context.Context<FileSystem | R | D>,
  root: Context.Tag<R, V>,
  directory: Context.Tag<D, W>
): Required<Omit<OpenFileSystem, "close">> => ({
  ...services(context, root),
  directory: plainRootDirectory<FileSystem | R | D>(
    Context.get(context, directory),
    (inner) => servicesOfDirectory(inner, root, directory)
  )
})

/** Like `openFileSystem`, with the other operations of the root. */
export const openDirectory = async <R, V extends RootLike, D, W extends RootDirectoryLike<FileSystem | R | D>>(
  layer: Layer.Layer<FileSystem | R | D, unknown>,
  root: Context.Tag<R, V>,
  directory: Context.Tag<D, W>
): Promise<OpenFileSystem> => {
  const { close, value } = await build(layer)
  return { ...servicesOfDirectory(value, root, directory), close }
}
