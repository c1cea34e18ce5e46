/** Runs the command in tests where it could use too much memory or time, or never end. */
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { bin } from "./command.js"

export interface Bounded {
  readonly status: number | null
  readonly stderr: string
  readonly seconds: number
  /** The peak memory of the largest process of the command, not counting processes that were killed. */
  readonly megabytes: number
}

/** How many seconds a command can take on a busy machine. With a million names (MANY_NAMES) it is more. */
export const SLOW = process.env["MANY_NAMES"] === undefined ? 30 : 600

/**
 * Each process writes down its own peak (VmHWM). The number that the system reports at the end also includes the memory
 * before this program was executed.
 */
const noting = (file: string): string =>
  `const fs = require("node:fs")
process.on("exit", () => {
  const [, peak] = /^VmHWM:\\s*(\\d+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))
  fs.appendFileSync(${JSON.stringify(file)}, peak + "\\n")
})`

/**
 * Runs the command in its own temporary directory, which contains a directory `out` for copies. Its errors go to a
 * file, because a child that cannot end would keep a pipe open.
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
    // Even if the command hangs, the test ends.
    timeout: 2_000 * SLOW,
    killSignal: "SIGKILL"
  })
  const [status] = await once(child, "exit")
  closeSync(fd)
  const result = {
    status: status as number | null, // the type of the event's argument
    stderr: readFileSync(errors, "utf8"),
    seconds: (performance.now() - begun) / 1_000,
    megabytes: Math.max(0, ...readFileSync(peaks, "utf8").split("\n").map(Number)) / 1_024
  }
  // Node cannot remove a tree that is deeper than the longest path.
  spawnSync("rm", ["-rf", directory.path])
  return result
}
