/** The options of `resolve` and `explain` that control how paths are resolved. */
import type { Options as Policy } from "@procfsroot/path/Policy"
import { choice, filled, flag, type Values, whole } from "./options.js"

export const policyOptions = {
  "keep-last": flag("Do not follow a link at the end of the path."),
  containment: choice(
    "C",
    ["clamp", "reject", "beneath"],
    "What to do with a path that would leave the root. clamp (the default): stay at the root, as the kernel does after " +
      "chroot. reject: fail at a .. that leads out. beneath: fail at absolute paths and absolute links as well."
  ),
  missing: choice(
    "M",
    ["error", "last", "tail"],
    "Which names of the path may be missing. error (the default): none. last: the last one. tail: any number of " +
      "names at the end."
  ),
  "max-symlinks": whole(
    "N",
    "The number of links that a path may follow. The default is 255; the kernel allows 40.",
    0
  ),
  "no-symlinks": flag("Fail if a link would have to be followed."),
  mounts: choice(
    "M",
    ["cross", "forbid"],
    "What to do with mounts inside the root. cross (the default): enter them. forbid: fail at a mount."
  ),
  from: filled("PATH", "The directory in the root where paths without a leading slash start. The default is /.")
}

export const policyOf = (values: Values<typeof policyOptions>): Policy => {
  const { containment, from, "max-symlinks": maxSymlinks, missing, mounts } = values
  return {
    containment,
    from,
    maxSymlinks,
    missing,
    mounts,
    lastComponent: values["keep-last"] ? "keep" : "follow",
    symlinks: values["no-symlinks"] ? "forbid" : "follow"
  }
}
