/** Converts the flags of Node's `open` to `OpenFlags`. */
import type { Flag } from "../FileSystem.js"
import type { OpenFlags } from "../InodeOperations.js"
import type { DescriptorFlag } from "../RootDirectory.js"

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

const parsed = {
  ...Object.fromEntries(flags.map((flag) => [flag, parse(flag)])) as Record<Flag, OpenFlags>, // lists all flags
  path: { ...parse("r"), path: true }
}

/** @internal */
export const flagsOf = (flag: DescriptorFlag | OpenFlags): OpenFlags => typeof flag === "string" ? parsed[flag] : flag
