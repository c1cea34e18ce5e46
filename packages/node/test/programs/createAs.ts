/**
 * Creates a directory in another one as another user, and prints the outcome, and whether the process has the same
 * capabilities as before: `node createAs.mjs DIRECTORY`. It gives up one of them before, but may take it back.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { koffi } from "@procfsroot/testkit/native"
import * as Fs from "node:fs"

const [, , place = ""] = process.argv

/** `CAP_DAC_OVERRIDE`, which a thread gets back when its fsuid becomes 0 again. */
const OVERRIDE = 1 << 1

const giveUp = (): void => {
  const libc = koffi().load(null)
  const header = new Uint32Array([0x20080522, 0])
  const sets = new Uint32Array(6)
  for (const name of ["capget", "capset"]) {
    const call = libc.func(`int ${name}(void *header, void *data)`)
    if (call(header, sets) !== 0) throw new Error(name)
    sets[0] = (sets[0] ?? 0) & ~OVERRIDE
  }
}

const capabilities = () => /^CapEff.*$/m.exec(Fs.readFileSync("/proc/thread-self/status", "utf8"))?.[0]

giveUp()
const before = capabilities()
await using root = await openRoot(place, { createAs: { uid: 1, gid: 1 } })
try {
  root.sync.mkdirSync("/d")
  console.log("created")
} catch (error) {
  console.log((error as Error).message) // the error of a system call
}
console.log(capabilities() === before)
