/** Makes a directory usable that a copy has created. */
import type { BigIntStats } from "node:fs"
import { permissionsOf } from "./attributes.js"
import type { Place } from "./place.js"
import { ofCopy } from "./why.js"

const OWNER = 0o700

/**
 * Gives the owner of a new directory what the umask or a default ACL has taken away, since files are to be created in
 * it. Without this, an ordinary user could not do that.
 */
export const letOwnerUse = ({ path, root }: Place, made: BigIntStats): void => {
  const mode = permissionsOf(made)
  // With the slash, it is a directory even if somebody has put a file in its place.
  if ((mode & OWNER) !== OWNER) ofCopy(() => root.sync.chmodSync(`${path}/`, mode | OWNER))
}
