import * as Vfs from "@procfsroot/vfs/FileSystem"
import type { Handle } from "@procfsroot/vfs/Handle"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import { randomBytes } from "node:crypto"
import type { RootHandle } from "../../Root.js"
import type { OpenRoot } from "../root.js"
import { inodeOperations } from "./inodeOperations.js"

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/** Six letters and digits, as `mkdtemp(3)` and Node make them. */
const directoryName = (): string => Array.from(randomBytes(6), (byte) => ALPHABET[byte % ALPHABET.length]).join("")
const fileName = (): string => randomBytes(6).toString("hex")

/** @internal */
export const make = (root: RootHandle, policy?: PathPolicy): Vfs.FileSystem<number> =>
  // Every handle comes from `Root.open`, which makes handles of an `OpenRoot`.
  Vfs.make(inodeOperations(root as Handle<OpenRoot>), { now: Date.now, directoryName, fileName, policy })
