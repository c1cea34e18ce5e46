/** The options of `resolve` and `explain` that control how paths are resolved. */
import type { Options as Policy } from "@procfsroot/path/Policy"
import { choice, filled, flag, type Values, whole } from "./options.js"

export const policyOptions = {
  "keep-last": flag("Do not follow a link at the end of the path."),
  containment: choice(
    "C",
    ["clamp", "reject", "beneath"],
    "What to do with a .. at the root. clamp: stay there, as the kernel does (the default); reject: fail; beneath: " +
      "fail, for absolute paths and links as well."
  ),
  missing: choice(
    "M",
    ["error", "last", "tail"],
    "Which names may be missing: none (error, the default), the last one (last), or any number at the end (tail)."
  ),
  "max-symlinks": whole("N", "The number of links that a path may follow, by default 255. The kernel allows 40.", 0),
  "no-symlinks": flag("Fail if a link would have to be followed."),
  mounts: choice(
    "M",
    ["cross", "forbid"],
    "Whether to enter mounts inside the root (cross, the default) or to fail (forbid)."
  ),
  from: filled("PATH", "The directory in the root where paths without a leading slash start.")
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
