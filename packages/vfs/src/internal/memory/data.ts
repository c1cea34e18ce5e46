/** Checks the data that a test passes, so that a mistake in a test does not go unnoticed. */
import type { User } from "../../MemoryTree.js"
import { MAX_ID } from "../arguments.js"
import { shown } from "../messages.js"

/** @internal */
export const refuse = (why: string): never => {
  throw new TypeError(why)
}

/** @internal */
export const checkFields = (what: string, data: object, fields: ReadonlyArray<string>): void => {
  for (const name of Object.keys(data)) {
    if (!fields.includes(name)) refuse(`${what} has no field "${name}"; it may have ${fields.join(", ")}`)
  }
}

/** @internal */
export const checkWhole = (name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return
  refuse(
    `${name} is ${shown(value)}, but it must be a whole number from ${least}${
      most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`
    }`
  )
}

/** @internal */
export const checkUser = ({ gid, groups = [], uid, umask }: User): void => {
  checkWhole("uid", uid, 0, MAX_ID)
  for (const id of [gid, ...groups]) checkWhole("gid", id, 0, MAX_ID)
  if (umask !== undefined) checkWhole("umask", umask, 0, 0o777)
}
