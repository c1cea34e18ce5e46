/** The options of `resolve` and `explain` that say how paths are resolved. */
import type { Options as Policy } from "@procfsroot/path/Policy"
import { choice, filled, flag, type Values, whole } from "./options.js"

export const policyOptions = {
  "keep-last": flag("A link at the end of the path is kept, not followed."),
  containment: choice(
    "C",
    ["clamp", "reject", "beneath"],
    "What happens to a .. at the root. clamp: it stays there, as in the kernel (the default); reject: it is an error; " +
      "beneath: absolute paths and links are errors as well."
  ),
  missing: choice(
    "M",
    ["error", "last", "tail"],
    "What may be missing: nothing (error, the default), the last name (last), any tail (tail)."
  ),
  "max-symlinks": whole("N", "How many links a path may follow: 255; the kernel allows 40.", 0),
  "no-symlinks": flag("Any link on the way is an error."),
  mounts: choice(
    "M",
    ["cross", "forbid"],
    "Whether mounts inside the root may be entered (cross, the default), or are an error (forbid)."
  ),
  from: filled("PATH", "The directory, in the root, from which a path without a leading slash is taken.")
}

export const policyOf = (values: Values<typeof policyOptions>): Policy => {
  const { containment, from, "max-symlinks": maxSymlinks, missing, mounts } = values
  return {
    ...(containment === undefined ? {} : { containment }),
    ...(missing === undefined ? {} : { missing }),
    ...(mounts === undefined ? {} : { mounts }),
    ...(from === undefined ? {} : { from }),
    ...(maxSymlinks === undefined ? {} : { maxSymlinks }),
    lastComponent: values["keep-last"] ? "keep" : "follow",
    symlinks: values["no-symlinks"] ? "forbid" : "follow"
  }
}
