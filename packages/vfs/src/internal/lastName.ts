/** The kernel's rules for the last name of a path (`fs/namei.c`). */
import { type Code, fail } from "./errno.js"

/**
 * Fails if a name for a file that is not a directory cannot be created: with EEXIST if the name exists, and otherwise
 * with ENOENT if slashes follow the name. The kernel checks this before it checks whether the directory can be written
 * (`filename_create` in `fs/namei.c`).
 *
 * @internal
 */
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
