/**
 * Creates files as another user: `setfsuid(2)` and `setfsgid(2)`, which concern only the thread that calls them. Neither
 * reports a failure.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import type { CreateAs } from "../systemCalls.js"
import { checked, restarted } from "./failure.js"
import type { Library } from "./library.js"

/** `include/uapi/linux/capability.h`: the version of the header, and the three sets in two parts of 32 bits. */
const VERSION = 0x20080522
const SETS = 6 * 4

/** Changes nothing, and returns the current id, since no user and no group has this id. */
const NOBODY = -1

/** @internal */
export const bindCreateAs = ({ allocate, declare, errno }: Library): CreateAs => ({ gid, uid }) => {
  const [setfsuid, setfsgid] = [declare("setfsuid", "int"), declare("setfsgid", "int")]
  const [capget, capset] = [declare("capget", "memory", "memory"), declare("capset", "memory", "memory")]
  const header = allocate(8)
  new Uint32Array(header.bytes).set([VERSION, 0])
  const { pointer: capabilities } = allocate(SETS)
  const call = (make: typeof capget) => checked(restarted(() => make(header.pointer, capabilities), errno))
  // As an `int`, which has a sign: some libraries refuse larger numbers.
  const [group, user] = [gid | 0, uid | 0]
  return (create) => {
    call(capget)
    const [oldGroup, oldUser] = [setfsgid(group), setfsuid(user)]
    try {
      if (setfsgid(NOBODY) !== group || setfsuid(NOBODY) !== user) throw Errno.make("EPERM")
      // A thread that changes from root to another user loses the capabilities for files (`capabilities(7)`).
      call(capset)
      return create()
    } finally {
      setfsuid(oldUser)
      setfsgid(oldGroup)
      // Back at root, it has all of them, even if it had only some before.
      call(capset)
    }
  }
}
