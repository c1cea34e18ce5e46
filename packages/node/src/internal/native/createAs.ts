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

/** `include/uapi/linux/prctl.h`. */
const PR_SET_PDEATHSIG = 1
const PR_GET_PDEATHSIG = 2
const PR_GET_DUMPABLE = 3
const PR_SET_DUMPABLE = 4

/**
 * Returns a function that saves what the kernel resets when the fsuid of a thread changes (`commit_creds` in
 * `kernel/cred.c`): whether a crash leaves a core dump, and the signal that the thread gets when its parent ends. The
 * function returns another one that restores them.
 */
const bindReset = ({ allocate, declare, long }: Library) => {
  const [prctl, read] = [declare("prctl", "int", "long"), declare("prctl", "int", "memory")]
  const { bytes, pointer } = allocate(4)
  const signal = new Int32Array(bytes)
  return (): () => void => {
    const isDumpable = prctl(PR_GET_DUMPABLE, long(0)) === 1
    read(PR_GET_PDEATHSIG, pointer)
    const [parentDeath = 0] = signal
    return () => {
      if (isDumpable) prctl(PR_SET_DUMPABLE, long(1))
      prctl(PR_SET_PDEATHSIG, long(parentDeath))
    }
  }
}

/** @internal */
export const bindCreateAs = (library: Library): CreateAs => ({ gid, uid }) => {
  const { allocate, declare, errno } = library
  const [setfsuid, setfsgid] = [declare("setfsuid", "int"), declare("setfsgid", "int")]
  const [capget, capset] = [declare("capget", "memory", "memory"), declare("capset", "memory", "memory")]
  const saveReset = bindReset(library)
  const header = allocate(8)
  new Uint32Array(header.bytes).set([VERSION, 0])
  const { pointer: capabilities } = allocate(SETS)
  const call = (make: typeof capget) => checked(restarted(() => make(header.pointer, capabilities), errno))
  // As an `int`, which has a sign: some libraries refuse larger numbers.
  const [group, user] = [gid | 0, uid | 0]
  return (create) => {
    call(capget)
    const restoreReset = saveReset()
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
      restoreReset()
    }
  }
}
