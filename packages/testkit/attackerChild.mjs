// Renames files as fast as it can: `node attackerChild.mjs <plan as JSON>`. Each round does the steps of the plan and
// undoes them. It ends when its standard input ends, or after the plan's number of rounds or time, whichever comes
// first, and prints what it did.
import { closeSync, constants, openSync } from "node:fs"
import koffi from "koffi"

const { fifos, milliseconds, rounds, steps } = JSON.parse(process.argv[2])
const renameat2 = koffi.load(null).func("long syscall(long, long, str, long, str, uint)")

// `include/uapi/linux/fcntl.h`, `include/uapi/linux/fs.h`; not every libc has a wrapper for renameat2(2).
const SYS_renameat2 = { x64: 316, arm64: 276 }[process.arch]
const AT_FDCWD = -100
const RENAME_NOREPLACE = 1
const RENAME_EXCHANGE = 2

let made = 0
let failed = 0
const rename = (from, to, flags) => renameat2(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags) === 0

const take = (how, from, to) => {
  // If something else has been created in the empty place, a move becomes an exchange.
  if ((how === "move" && rename(from, to, RENAME_NOREPLACE)) || rename(from, to, RENAME_EXCHANGE)) made++
  else failed++
}

const round = () => {
  for (const { from, how, to } of steps) take(how, from, to)
  for (const { from, how, to } of steps.toReversed()) take(how, to, from)
}

// Opens each fifo, so that a process that waits in open(2) goes on, and a test can fail instead of hanging.
const releaseFifos = () => {
  for (const path of fifos) {
    try {
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
      setTimeout(() => closeSync(fd), 1_000)
    } catch {
      // No fifo has this name now. The loop also tries its other name.
    }
  }
}

let ended
process.stdin.resume().once("end", () => ended ??= "asked")
process.stdout.write("ready\n")

const deadline = Date.now() + milliseconds
const turn = (left) => {
  if (left <= 0) ended ??= "rounds"
  if (Date.now() > deadline) ended ??= "time"
  if (ended !== undefined) {
    if (ended !== "asked") releaseFifos()
    process.stdout.write(JSON.stringify({ ended, made, failed }))
    return
  }
  for (let i = 0; i < 64; i++) round()
  setImmediate(turn, left - 64)
}
turn(rounds)
