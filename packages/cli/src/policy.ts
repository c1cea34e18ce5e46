/** The options of `resolve` and `explain` that say how paths are resolved. */
import type { Options as Policy } from "@procfsroot/path/Policy"
import { choice, filled, flag, type Values, whole } from "./options.js"

export const policyOptions = {
  "keep-last": flag("A link at the end of the path is kept, not followed."),
  containment: choice(
    "C",
    ["clamp", "reject", "beneath"],
    "What happens to a .. at the root. clamp: it stays there, as in the kernel (the default); reject: it is an " +
      "error; beneath: absolute paths and links are errors, too."
  ),
  missing: choice(
    "M",
    ["error", "last", "tail"],
    "Which names may be missing: none (error, the default), the last one (last), or any number at the end (tail)."
  ),
  "max-symlinks": whole("N", "How many links a path may follow: 255; the kernel allows 40.", 0),
  "no-symlinks": flag("Any link on the way is an error."),
  mounts: choice(
    "M",
    ["cross", "forbid"],
    "Whether mounts inside the root may be entered (cross, the default), or are an error (forbid)."
  ),
  from: filled("PATH", "The directory in the root where paths without a leading slash start.")
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
