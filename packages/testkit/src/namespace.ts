/** Starts processes with their own root and mount namespace, which `/proc/<pid>/root` gives access to. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** Containers use `pivot_root(2)`. After `chroot(2)`, the root is still a directory in the tree of the host. */
export type Entering = "pivot_root" | "chroot"

export interface Namespaced extends AsyncDisposable {
  readonly pid: number
  /** Ends the process and waits until it is gone. */
  readonly stop: () => Promise<void>
}

const isRoot = process.getuid?.() === 0

/** The prefix for a command that uses `chroot`. Users other than root need a user namespace for it. */
export const chrooting: ReadonlyArray<string> = isRoot ? [] : ["unshare", "--map-root-user"]

/** The prefix for a command that mounts, in a new mount namespace. */
export const mounting: ReadonlyArray<string> = ["unshare", ...(isRoot ? [] : ["--map-root-user"]), "--mount"]

const child = fileURLToPath(new URL("../namespaceChild.mjs", import.meta.url))

/**
 * Starts a process in a new mount namespace, with `rootDirectory` as its root. If the directory contains `/proc`, the
 * process sees procfs there, and the host does not.
 */
export const startIn = (rootDirectory: string, entering: Entering): Promise<Namespaced> =>
  new Promise((started, failed) => {
    // `unshare` executes the program in its own process, so its pid is that of the program.
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
