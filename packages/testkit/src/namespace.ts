/** Live processes that have a root, and a mount namespace, of their own: what `/proc/<pid>/root` is for. */
import { spawn, spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

/** `pivot_root(2)` is what containers do; `chroot(2)` leaves the root a directory of the host's tree. */
export type Entering = "pivot_root" | "chroot"

export interface Namespaced extends AsyncDisposable {
  readonly pid: number
  /** Ends the process and waits until it is gone. */
  readonly stop: () => Promise<void>
}

/** Root needs no more than a mount namespace; anybody else needs a user namespace around it, where that is allowed. */
const unshare = process.getuid?.() === 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"]

/** Why no such process can be started here, or `undefined` where one can. */
export const unavailable: string | undefined = (() => {
  const tried = spawnSync("unshare", [...unshare, "mount", "--rbind", "/", "/"], { encoding: "utf8" })
  if (tried.error !== undefined) return `unshare (util-linux) cannot be run: ${tried.error.message}`
  return tried.status === 0 ? undefined : `a mount namespace is not permitted: ${tried.stderr.trim()}`
})()

const child = fileURLToPath(new URL("../namespaceChild.mjs", import.meta.url))

/**
 * Starts a process whose root is `rootDirectory`, in a mount namespace of its own. Where the directory has a `/proc`, the
 * process sees procfs there, and the host does not.
 */
export const startIn = (rootDirectory: string, entering: Entering): Promise<Namespaced> =>
  new Promise((started, failed) => {
    // `unshare` becomes the program it is given, so that its pid is the program's.
    const command = [...unshare, process.execPath, child, rootDirectory, entering]
    const running = spawn("unshare", command, { stdio: ["pipe", "pipe", "pipe"] })
    const gone = new Promise<void>((resolve) => running.once("close", () => resolve()))
    let trouble = ""
    running.stderr.setEncoding("utf8").on("data", (text: string) => trouble += text)
    running.once("error", failed)
    running.once("close", () => failed(new Error(`no process in ${rootDirectory} by ${entering}: ${trouble.trim()}`)))
    running.stdout.once("data", () => {
      const { pid } = running
      if (pid === undefined) return failed(new Error("a process without a pid"))
      const stop = () => {
        running.kill("SIGKILL")
        return gone
      }
      started({ pid, stop, [Symbol.asyncDispose]: stop })
    })
  })
