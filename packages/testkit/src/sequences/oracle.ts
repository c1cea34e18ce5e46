/**
 * Starts Node's own file system in a real `chroot(2)`, as the user who runs the tests, or if that is root, as another.
 */
import { bundled } from "../bundle.js"
import { node } from "../runtime.js"
import type { Subject, User } from "./model.js"
import { onDisk } from "./subject.js"

/** Users other than root need a user namespace for `chroot`, in which they stay the same user. */
const [command, givesUp] = process.getuid?.() === 0
  ? [[node], []] as const
  : [["unshare", "--user", "--map-current-user", "--keep-caps", node], ["capset"]] as const

/** The oracle. If `user` is set, root becomes that user. */
export const oracle = async (user?: User): Promise<Subject> => {
  const child = await bundled(new URL("./oracleChild", import.meta.url), "cjs")
  const rest = user === undefined ? givesUp : ["setuid", String(user.uid), String(user.gid)]
  return onDisk((root) => ({ command: [...command, child, root, ...rest] }))
}
