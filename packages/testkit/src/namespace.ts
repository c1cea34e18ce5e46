/** Live processes that have a root, and a mount namespace, of their own: what `/proc/<pid>/root` is for. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** `pivot_root(2)` is what containers do; `chroot(2)` leaves the root a directory of the host's tree. */
export type Entering = "pivot_root" | "chroot"

export interface Namespaced extends AsyncDisposable {
  readonly pid: number
  /** Ends the process and waits until it is gone. */
  readonly stop: () => Promise<void>
}

const isRoot = process.getuid?.() === 0

/** What comes before a command that is to `chroot`: anybody but root needs a user namespace around it. */
export const chrooting: ReadonlyArray<string> = isRoot ? [] : ["unshare", "--map-root-user"]

/** What comes before a command that is to mount, in a mount namespace of its own. */
export const mounting: ReadonlyArray<string> = ["unshare", ...(isRoot ? [] : ["--map-root-user"]), "--mount"]

const child = fileURLToPath(new URL("../namespaceChild.mjs", import.meta.url))

/**
 * Starts a process whose root is `rootDirectory`, in a mount namespace of its own. Where the directory has a `/proc`, the
 * process sees procfs there, and the host does not.
 */
export const startIn = (rootDirectory: string, entering: Entering): Promise<Namespaced> =>
  new Promise((started, failed) => {
    // `unshare` becomes the program it is given, so that its pid is the program's.
    const [program = "", ...args] = [...mounting, process.execPath, child, rootDirectory, entering]
    const running = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] })
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
