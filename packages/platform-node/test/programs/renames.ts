/**
 * Renames files in a separate process while a test runs: `node renames.mjs <directory> <milliseconds> apart|exchange`.
 * It ends after this time. `apart` renames a directory back and forth; `exchange` swaps `a` with `b`, and `c` with `d`.
 */
import koffi from "koffi"

const [directory = "", milliseconds, how] = process.argv.slice(2)
const renameat2 = koffi.load(null).func("int renameat2(int, str, int, str, uint)")

/** `AT_FDCWD` of `linux/fcntl.h`, `RENAME_EXCHANGE` of `linux/fs.h`. */
const HERE = -100
const EXCHANGE = 2

const swap = (from: string, to: string, flags: number) => renameat2(HERE, from, HERE, to, flags)

process.chdir(directory)
process.stdout.write("ready\n")
const end = Date.now() + Number(milliseconds)
while (Date.now() < end) {
  for (let i = 0; i < 100; i++) {
    if (how === "apart") {
      swap("x", "y", 0)
      swap("y", "x", 0)
    } else {
      swap("a", "b", EXCHANGE)
      swap("c", "d", EXCHANGE)
    }
  }
}
