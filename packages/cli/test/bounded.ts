/** Runs the command where it may take too much of something, or never end. */
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { bin } from "./command.js"

export interface Bounded {
  readonly status: number | null
  readonly stderr: string
  readonly seconds: number
  /** The most that a process of the command had in memory, unless it was given up. */
  readonly megabytes: number
}

/** How many seconds a command may take on a busy machine; more for a million names without a limit of time. */
export const SLOW = process.env["MANY_NAMES"] === undefined ? 30 : 600

/** What the system reports in the end also counts what the process had before it ran this program. */
const noting = (file: string): string =>
  `const fs = require("node:fs")
process.on("exit", () => {
  const [, peak] = /^VmHWM:\\s*(\\d+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))
  fs.appendFileSync(${JSON.stringify(file)}, peak + "\\n")
})`

/**
 * Runs it in a directory of its own, in which `out` is a directory for copies. Its errors go to a file: a child that
 * cannot end would keep a pipe open.
 */
export const runBounded = async (args: ReadonlyArray<string>): Promise<Bounded> => {
  const directory = temporary("/dev/shm")
  const [peaks, preload, errors] = ["peaks", "note.cjs", "stderr"].map((name) => `${directory.path}/${name}`) as [
    string,
    string,
    string
  ]
  writeFileSync(peaks, "")
  writeFileSync(preload, noting(peaks))
  mkdirSync(`${directory.path}/out`)
  const fd = openSync(errors, "w")
  const begun = performance.now()
  const child = spawn(process.execPath, ["--require", preload, bin, ...args], {
    stdio: ["ignore", "ignore", fd],
    cwd: directory.path,
    // Whatever hangs, the test does not.
    timeout: 2_000 * SLOW,
    killSignal: "SIGKILL"
  })
  const [status] = await once(child, "exit")
  closeSync(fd)
  const result = {
    status: status as number | null, // of the event
    stderr: readFileSync(errors, "utf8"),
    seconds: (performance.now() - begun) / 1_000,
    megabytes: Math.max(0, ...readFileSync(peaks, "utf8").split("\n").map(Number)) / 1_024
  }
  // Node cannot remove what is deeper than a path may be long.
  spawnSync("rm", ["-rf", directory.path])
  return result
}
