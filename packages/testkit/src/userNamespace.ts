/** Starts a process with a user namespace of its own, as in a container without root's rights on the host. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"

export interface InUserNamespace extends AsyncDisposable {
  readonly pid: number
  /** Runs a program as root of the user namespace, and in the mount namespace of the process. */
  readonly run: (program: string, ...args: ReadonlyArray<string>) => void
}

/**
 * The user namespace maps its ids from 0 on to those from `first` on. The process has its own mount namespace too.
 * Only root can start it.
 */
export const startInUserNamespace = async (first: number): Promise<InUserNamespace> => {
  // `unshare` executes the program in its own process, so its pid is that of the program.
  const child = spawn("unshare", ["--user", "--mount", "sh", "-c", "echo; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  await once(child.stdout, "data")
  const { pid } = child
  if (pid === undefined) throw new Error("a process without a pid")
  for (const map of ["uid_map", "gid_map"]) writeFileSync(`/proc/${pid}/${map}`, `0 ${first} 65536`)
  return {
    pid,
    run: (program, ...args) => {
      const entered = ["--target", String(pid), "--user", "--mount", "--setuid", "0", "--setgid", "0", program, ...args]
      const { status, stderr } = spawnSync("nsenter", entered, { encoding: "utf8" })
      if (status !== 0) throw new Error(`${program} failed in the user namespace: ${stderr}`)
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    }
  }
}
