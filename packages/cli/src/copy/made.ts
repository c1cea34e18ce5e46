/** Makes a directory usable that a copy has created, and opens it again to set its attributes. */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { type BigIntStats, fstatSync } from "node:fs"
import { identityOf } from "../identity.js"
import { permissionsOf } from "./attributes.js"
import type { DryDirectory } from "./dryRun.js"
import { type Place, textOf } from "./place.js"
import { ofCopy, Refused } from "./why.js"

const OWNER = 0o700

/**
 * Gives the owner of a new directory the permissions that the umask or a default ACL has taken away. Without them, an
 * ordinary user could not create files in it.
 */
export const letOwnerUse = ({ path, root }: Place, made: BigIntStats): void => {
  const mode = permissionsOf(made)
  // With the slash, it is a directory even if somebody has put a file in its place.
  if ((mode & OWNER) !== OWNER) ofCopy(() => root.sync.chmodSync(`${path}/`, mode | OWNER))
}

const check = (file: FileSync, identity: DryDirectory | undefined): void => {
  const stat = fstatSync(file.fd, { bigint: true })
  if (stat.isDirectory() && identityOf(stat) === identity) return
  throw new Refused("the copy of the directory was replaced by another file")
}

/**
 * Opens a directory that this copy has created. Only that one gets the attributes, not one that somebody has put in its
 * place. Nor does a program get its set-id bits: a new file can have the inode number of a directory that was removed.
 */
export const openMade = (place: Place, identity: DryDirectory | undefined): FileSync => {
  const directory = ofCopy(() => place.root.directorySync.openFile(textOf(place)))
  try {
    check(directory, identity)
    return directory
  } catch (error) {
    directory[Symbol.dispose]()
    throw error
  }
}
