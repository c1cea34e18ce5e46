/** The kernel's rules for the last name of a path (`fs/namei.c`). */
import { type Code, fail } from "./errno.js"

/** @internal */
export const checkNew = (exists: boolean, slash: boolean): void => {
  if (exists) fail("EEXIST")
  if (slash) fail("ENOENT")
}

const notRemovable: Readonly<Record<string, Code>> = { ".": "EINVAL", "..": "ENOTEMPTY" }

/**
 * Returns the error of `rmdir(2)` for a last component that is not a name (`do_rmdir`).
 *
 * @internal
 */
export const codeOfNoName = (component: string): Code => notRemovable[component] ?? "EBUSY"
