/** The file system inside an open root: the operations of `vfs` over descriptors. */
import { isOn } from "@procfsroot/path/Policy"
import * as Vfs from "@procfsroot/vfs/FileSystem"
import type { Handle } from "@procfsroot/vfs/Handle"
import type { MakeOptions } from "../../FileSystem.js"
import type { RootHandle } from "../../Root.js"
import { randomBytes } from "../randomBytes.js"
import type { OpenRoot } from "../root.js"
import { inodeOperations } from "./inodeOperations.js"
import { writer } from "./writer.js"

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/** Six letters and digits, as `mkdtemp(3)` and Node make them. */
const directoryName = (): string => Array.from(randomBytes(6), (byte) => ALPHABET[byte % ALPHABET.length]).join("")
const fileName = (): string => randomBytes(6).toString("hex")

/** @internal */
export const make = (
  root: RootHandle,
  { containment, createAs, from, maxSymlinks, mounts, readOnly, symlinks }: MakeOptions = {}
): Vfs.FileSystem<number> => {
  const isReadOnly = isOn("readOnly", readOnly)
  const policy = { containment, from, maxSymlinks, mounts, symlinks }
  // Every handle comes from `Root.open`, which makes handles of an `OpenRoot`.
  const operations = inodeOperations(root as Handle<OpenRoot>, createAs ?? undefined)
  const fileSystem = Vfs.make(operations, { now: Date.now, directoryName, fileName, writer, policy })
  return isReadOnly ? Vfs.readOnly(fileSystem, () => root.value) : fileSystem
}
