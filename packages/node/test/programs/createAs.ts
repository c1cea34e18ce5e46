/**
 * Creates a directory in another one as another user, and prints the outcome, and whether the process is as before:
 * `node createAs.mjs DIRECTORY`. Before that, it gives up a capability that it may take back, and has a signal sent to
 * itself when its parent ends. With `undumpable` as a second argument, it leaves no core dump.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { koffi } from "@procfsroot/testkit/native"
import * as Fs from "node:fs"
import { constants } from "node:os"

const [, , place = "", dumpable] = process.argv

/** `CAP_DAC_OVERRIDE`, which a thread gets back when its fsuid becomes 0 again. */
const OVERRIDE = 1 << 1

const libc = koffi().load(null)

/** The numbers of `PR_SET_PDEATHSIG`, `PR_GET_PDEATHSIG`, `PR_GET_DUMPABLE` and `PR_SET_DUMPABLE`. */
const prctl = libc.func("int prctl(int option, void *argument)")
const [SET_SIGNAL, GET_SIGNAL, GET_DUMPABLE, SET_DUMPABLE] = [1, 2, 3, 4]

const giveUp = (): void => {
  const header = new Uint32Array([0x20080522, 0])
  const sets = new Uint32Array(6)
  for (const name of ["capget", "capset"]) {
    const call = libc.func(`int ${name}(void *header, void *data)`)
    if (call(header, sets) !== 0) throw new Error(name)
    sets[0] = (sets[0] ?? 0) & ~OVERRIDE
  }
}

const state = (): string => {
  const signal = new Int32Array(1)
  prctl(GET_SIGNAL, signal)
  const status = Fs.readFileSync("/proc/thread-self/status", "utf8").replace(/^(?!Uid|Gid|Cap).*\n/gm, "")
  return `${status}${signal}, ${prctl(GET_DUMPABLE, null)}`
}

giveUp()
const set = libc.func("int prctl(int option, long argument)")
set(SET_SIGNAL, constants.signals.SIGTERM)
if (dumpable === "undumpable") set(SET_DUMPABLE, 0)
const before = state()
await using root = await openRoot(place, { createAs: { uid: 1, gid: 1 } })
try {
  root.sync.mkdirSync("/d")
  console.log("created")
} catch (error) {
  console.log((error as Error).message) // the error of a system call
}
console.log(state() === before ? "unchanged" : `${before} became ${state()}`)
