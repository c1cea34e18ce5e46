/**
 * Finds the mount that a file is on. The device number is not enough: a directory can be mounted twice, with different
 * mounts inside.
 */
import { readFileSync } from "node:fs"

/**
 * The id of the mount that an open file is on (`proc_pid_fdinfo(5)`). No other mount gets this id while the file is
 * open. The call never waits.
 *
 * @internal
 */
export const mountOf = (fd: number): bigint => {
  const id = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1]
  if (id === undefined) throw Object.assign(new Error("fdinfo has no mnt_id"), { code: "ENOTSUP" }) // before Linux 3.15
  return BigInt(id)
}
