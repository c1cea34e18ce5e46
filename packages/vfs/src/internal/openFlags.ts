/** Converts the flags of Node's `open` to `OpenFlags`. */
import type { Flag } from "../FileSystem.js"
import type { OpenFlags } from "../InodeOperations.js"
import type { DescriptorFlag } from "../RootDirectory.js"
import { badArgument } from "./errno.js"

const parse = (flag: Flag): OpenFlags => {
  const both = flag.endsWith("+")
  const reads = flag.startsWith("r")
  return {
    read: both || reads,
    write: both || !reads,
    append: flag.startsWith("a"),
    create: !reads,
    exclusive: flag.includes("x"),
    truncate: flag.startsWith("w")
  }
}

const flags = ["r", "r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"] as const

const parsed: ReadonlyMap<unknown, OpenFlags> = new Map<DescriptorFlag, OpenFlags>([
  ...flags.map((flag) => [flag, parse(flag)] as const),
  ["path", { ...parse("r"), path: true }]
])

/** @internal */
export const fromFlag = (flag: DescriptorFlag): OpenFlags =>
  parsed.get(flag) ?? badArgument("ERR_INVALID_ARG_VALUE", `The argument 'flags' is invalid: ${String(flag)}`)

/** @internal */
export const flagsOf = (flag: DescriptorFlag | OpenFlags): OpenFlags => typeof flag === "object" ? flag : fromFlag(flag)
