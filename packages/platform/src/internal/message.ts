/** Parts of error messages. */
import type { Details } from "../ResolveError.js"
import { quote } from "./quote.js"

/** @internal */
export const message = (error: Details & { readonly code: string }, why: string): string =>
  `${quote(error.path)} cannot be resolved in the root ${quote(error.root)}: ${why} (${error.code}).`

/** @internal */
export const whyUnavailable = (code: string): string => {
  switch (code) {
    case "ENOENT":
      return "it does not exist"
    case "ENOTDIR":
      return "it is not a directory"
    case "EACCES":
    case "EPERM":
      return "opening it is not permitted; search permission on every directory before it is needed, and for another " +
        "user's process the right to trace it (CAP_SYS_PTRACE)"
    case "EMFILE":
    case "ENFILE":
      return "no descriptor is free; close some, or allow more (ulimit -n)"
    default:
      return "opening it failed"
  }
}
