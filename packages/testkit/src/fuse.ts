/** Starts a FUSE file system with endless files and files that never answer, in its own mount namespace. */
import { spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { mounting } from "./namespace.js"
import { node } from "./runtime.js"
import { temporary } from "./temporary.js"

/**
 * - `file` is a normal file.
 * - `askers` has the ids of the threads that have asked for the attributes of a directory, with spaces between them.
 * - `hangLookup`, `hangOpen`, `hangRead` and `hangClose` are files that never answer, and `hangList` is such a directory.
 * - `interrupted` fails with EINTR when it is read the first time, when an extended attribute is, and when its times are
 *   set.
 * - `wrongSize` has 5 bytes, but reports a size of 3.
 * - `manyBlocks` reports 2⁶³ blocks.
 * - `failClose` accepts what is written, but closing it fails with EIO.
 * - `endlessFile` has 2⁶³−1 bytes.
 * - `errno5` and the like fail with the errno of this number.
 * - `untyped` is a directory that lists no types. It has a directory `é` and the files `\xff` and `plain`.
 * - `partlyTyped` has a directory `é` without a type, and a file `Ã©` with one.
 * - `failsOnce4` and `failsOnce5` list no types either. Looking up the file in them, `once4` or `once5`, fails with the
 *   errno of this number, and then with ENOENT.
 * - `vanishing` lists no types either. It has 1,100 names, of which `errno2` twice. Looking that up fails with ENOENT.
 * - `noSync` and `failSync` are directories whose fsync fails with EINVAL and EIO. They have names for new
 *   files, but keep no content.
 * - `nameless` is a directory that lists a directory with an empty name.
 * - `longNamed` is a directory with a file whose name has 4,085 bytes: `n`, repeated.
 * - `writesNothing` has names for new files, too. Writing to them succeeds, but writes 0 bytes.
 * - `ignoresCase` is another one of these, in which directories can be created too. Names that differ only in case are
 *   the same for it.
 * - `onlyReplaces` is another one of these, in which every rename replaces: RENAME_NOREPLACE fails with EINVAL. Like all
 *   directories here, it has no hard links.
 * - `endlessDirectory` has endlessly many files, and `endlessTree` endlessly many directories like itself.
 */
export interface Fuse extends AsyncDisposable {
  readonly pid: number
  /** The mount point, for the process. */
  readonly place: string
  /** The mount point, for other processes. */
  readonly path: string
}

const child = fileURLToPath(new URL("../fuseChild.mjs", import.meta.url))

/**
 * Starts it. When it is disposed of, its process is killed, the mount disappears, and every call that waits for it
 * fails. This also happens if the test's process is killed, since its child notices the end of standard input.
 */
export const startFuse = (): Promise<Fuse> =>
  new Promise((started, failed) => {
    const directory = temporary()
    const place = `${directory.path}/fuse`
    mkdirSync(place)
    // `unshare` executes the program in its own process, so its pid is that of the program.
    const [program = "", ...args] = [...mounting, node, child, place]
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
