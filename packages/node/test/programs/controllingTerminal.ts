/**
 * Opens a terminal in a root, in a session that has none, and prints which one is the controlling terminal afterwards:
 * `node controllingTerminal.mjs kernel|walk|fs`, in a session of its own. `fs` stands for Node's own function.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { koffi } from "@procfsroot/testkit/native"
import * as Fs from "node:fs"

const [, , way = ""] = process.argv

const libc = koffi().load(null)
const { O_NOCTTY, O_RDWR } = Fs.constants

/** Makes a terminal, which stays until the process ends, and returns its name in `/dev/pts`. */
const makeTerminal = (): string => {
  const fd: unknown = libc.func("int posix_openpt(int flags)")(O_RDWR | O_NOCTTY)
  libc.func("int unlockpt(int fd)")(fd)
  return String(libc.func("const char *ptsname(int fd)")(fd)).replace("/dev/pts/", "")
}

/** The number of the controlling terminal, or 0 (`tty_nr` in `proc_pid_stat(5)`). */
const controlling = (): string | undefined => {
  const stat = Fs.readFileSync("/proc/self/stat", "latin1")
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4]
}

const name = makeTerminal()
if (way === "fs") Fs.openSync(`/dev/pts/${name}`, "r+")
else {
  const root = await openRoot("/dev/pts", { strategy: way === "walk" ? "walk" : "kernel" })
  await root.promises.open(name, "r+")
  root.sync.openSync(name, "r+")
}
console.log(controlling())
process.exit()
