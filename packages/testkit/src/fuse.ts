/** A FUSE file system with files that are endless or never answer, in a mount namespace of its own. */
import { spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { mounting } from "./namespace.js"
import { temporary } from "./temporary.js"

/**
 * - `file` is as it should be.
 * - `hangLookup`, `hangOpen` and `hangRead` are files, and `hangList` a directory, that never answer.
 * - `endlessFile` has 2⁶³−1 bytes.
 * - `endlessDirectory` has files without end, `endlessTree` directories without end, each like itself.
 */
export interface Fuse extends AsyncDisposable {
  readonly pid: number
  /** Where it is for the process. */
  readonly place: string
  /** The same for others. */
  readonly path: string
}

const child = fileURLToPath(new URL("../fuseChild.mjs", import.meta.url))

/**
 * Starts it. In the end its process is killed, and with it the mount: every call that waits for it then fails. That
 * happens also if this process is killed, since the other one waits for its end.
 */
export const startFuse = (): Promise<Fuse> =>
  new Promise((started, failed) => {
    const directory = temporary()
    const place = `${directory.path}/fuse`
    mkdirSync(place)
    // `unshare` becomes the program it is given, so that its pid is the program's.
    const [program = "", ...args] = [...mounting, process.execPath, child, place]
    const running = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] })
    const gone = new Promise<void>((resolve) => running.once("close", () => resolve()))
    let trouble = ""
    running.stderr.setEncoding("utf8").on("data", (text: string) => trouble += text)
    running.once("error", failed)
    running.once("close", () => failed(new Error(`no FUSE in ${place}: ${trouble.trim()}`)))
    running.stdout.once("data", () => {
      const { pid } = running
      if (pid === undefined) return failed(new Error("a process without a pid"))
      const stop = async (): Promise<void> => {
        running.kill("SIGKILL")
        await gone
        directory[Symbol.dispose]()
      }
      started({ pid, place, path: `/proc/${pid}/root${place}`, [Symbol.asyncDispose]: stop })
    })
  })
