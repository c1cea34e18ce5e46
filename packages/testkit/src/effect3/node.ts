/** Node's own file system for Effect 3, which is the judge, and the file system below `RootFileSystem`. */
import { FileSystem } from "@effect/platform/FileSystem"
import { layer } from "@effect/platform-node/NodeFileSystem"
import * as Context from "effect/Context"
import type { PlainFileSystem } from "../edition.js"
import { plainFileSystem } from "./fileSystem.js"
import { build } from "./run.js"

export const nodeFileSystem = async (): Promise<PlainFileSystem> => {
  const { value } = await build(layer)
  return plainFileSystem(Context.get(value, FileSystem))
}
