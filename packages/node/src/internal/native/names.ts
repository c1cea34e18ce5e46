/** Calls `renameat2(2)` and `mknodat(2)`, by their numbers. */
import * as Attributes from "@procfsroot/vfs/Attributes"
import * as DeviceNumber from "@procfsroot/vfs/DeviceNumber"
import * as Errno from "@procfsroot/vfs/Errno"
import type { NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
import { callNumbers } from "./architecture.js"
import type { Library } from "./library.js"
import { bindOddName } from "./oddNames.js"

/** `RENAME_*` of `include/uapi/linux/fs.h`. */
const renameFlags = { noreplace: 1, exchange: 2 } as const

/** As an `int`, which has a sign: some libraries refuse larger numbers. */
const deviceOf = (node: NewNode): number => "major" in node ? DeviceNumber.make(node.major, node.minor) | 0 : 0

interface NameCalls {
  readonly renameat2: (
    from: number,
    fromName: string,
    to: number,
    toName: string,
    mode: Exclude<RenameMode, "replace">
  ) => number
  readonly mknodat: (directory: number, name: string, node: NewNode, mode: number) => number
}

/**
 * Each function returns a negative number if the call failed, and throws ENOTSUP on an unknown architecture.
 *
 * @internal
 */
export const bindNames = (library: Library): NameCalls => {
  const { declare, long } = library
  const rename = declare("syscall", "long", "int", "text", "int", "text", "int")
  const renameOdd = declare("syscall", "long", "int", "memory", "int", "memory", "int")
  const make = declare("syscall", "long", "int", "text", "int", "int")
  const makeOdd = declare("syscall", "long", "int", "memory", "int", "int")
  const [odd, otherOdd] = [bindOddName(library), bindOddName(library)]
  const known = callNumbers()
  if (known === undefined) {
    const refuse = (): never => {
      throw Errno.make("ENOTSUP")
    }
    return { renameat2: refuse, mknodat: refuse }
  }
  const [mknodat, renameat2] = [long(known.mknodat), long(known.renameat2)]
  return {
    renameat2: (from, fromName, to, toName, mode) =>
      fromName.isWellFormed() && toName.isWellFormed()
        ? rename(renameat2, from, fromName, to, toName, renameFlags[mode])
        : renameOdd(renameat2, from, odd(fromName), to, otherOdd(toName), renameFlags[mode]),
    mknodat: (directory, name, node, mode) => {
      const numbers = [Attributes.modeOf(node.type, mode & 0o7777), deviceOf(node)]
      return name.isWellFormed()
        ? make(mknodat, directory, name, ...numbers)
        : makeOdd(mknodat, directory, odd(name), ...numbers)
    }
  }
}
