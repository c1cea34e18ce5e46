/**
 * Makes random calls in a directory, which change nothing, through koffi or the runtime's own library. Prints how often
 * each result occurred, and a hash of all results. In between, garbage is collected, timers fire, and the thread pool
 * and `node:fs` make calls that fail, which must not change the errno of another call.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { constants } from "node:os"
import * as bunFfi from "../../src/internal/native/providers/bunFfi.js"
import * as denoFfi from "../../src/internal/native/providers/denoFfi.js"
import * as koffi from "../../src/internal/native/providers/koffi.js"
import * as nodeFfi from "../../src/internal/native/providers/nodeFfi.js"
import { isBun, isDeno } from "../../src/internal/runtime.js"

const [native = "", place = "", count = ""] = process.argv.slice(2)
const own = isDeno ? denoFfi : isBun ? bunFfi : nodeFfi
const { load } = native === "koffi" ? koffi : own
const { allocate, declare, errno, long } = load()

/** The same numbers on every runtime (mulberry32). */
let state = 13
const below = (limit: number): number => {
  state = state + 0x6d2b79f5 | 0
  let mixed = Math.imul(state ^ state >>> 15, 1 | state)
  mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
  return ((mixed ^ mixed >>> 14) >>> 0) % limit
}
const oneOf = <A>(values: ReadonlyArray<A>): A => values[below(values.length)] as A // it has one

const how = allocate(24)
const result = allocate(4096)
const openat2 = declare("syscall", "long", "int", "text", "memory", "long")
const openat = declare("openat", "int", "text", "int")
const statx = declare("statx", "int", "text", "int", "int", "memory")
const readlinkat = declare("readlinkat", "int", "text", "memory", "long")
const mkdirat = declare("mkdirat", "int", "text", "int")
const renameat = declare("renameat", "int", "text", "int", "text")
const getxattr = declare("getxattr", "text", "text", "memory", "long")
const close = declare("close", "int")

const directory = fs.openSync(place, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY)
const paths = [
  "file",
  "file/x",
  "dir",
  "dir/",
  "missing",
  "missing/x",
  "loop",
  "link",
  "link/",
  "ü/ä",
  "",
  ".",
  "..",
  "/etc",
  "a".repeat(300),
  "a/".repeat(2_500),
  "ü".repeat(1_364),
  "ü".repeat(1_366)
]
const { O_DIRECTORY, O_NOFOLLOW } = fs.constants
const { EAGAIN } = constants.errno

const opened = (fd: number): number => fd < 0 ? fd : Math.min(close(fd), 0)

const calls: ReadonlyArray<readonly [string, () => number]> = [
  ["openat2", () => {
    new BigUint64Array(how.bytes).set([0o12000000n, 0n, oneOf([0x10n, 0x08n, 0x04n, 0x14n, 0x4000n])])
    const [from, path, size] = [oneOf([directory, -1]), oneOf(paths), long(oneOf([24, 24, 24, 8]))]
    for (;;) {
      const fd = openat2(long(437), from, path, how.pointer, size)
      // Renames anywhere on the machine cause EAGAIN.
      if (fd >= 0 || errno() !== EAGAIN) return opened(fd)
    }
  }],
  [
    "openat",
    () => opened(openat(directory, oneOf(paths), oneOf([0, O_DIRECTORY, O_NOFOLLOW, O_DIRECTORY | O_NOFOLLOW])))
  ],
  ["statx", () => statx(oneOf([directory, 9_999]), oneOf(paths), oneOf([0, 0x100, -1]), 0xfff, result.pointer)],
  ["readlinkat", () => readlinkat(directory, oneOf(paths), result.pointer, long(oneOf([4096, 3, 0])))],
  ["mkdirat", () => mkdirat(directory, oneOf(["file", "dir", "missing/x", "loop/x", "file/x", ""]), 0o700)],
  [
    "renameat",
    () => renameat(directory, oneOf(["missing", "dir", "file/"]), directory, oneOf(["file", "dir/x", "x/y"]))
  ],
  ["getxattr", () => getxattr(`${place}/${oneOf(paths)}`, oneOf(["user.x", "odd", ""]), result.pointer, long(4096))],
  ["close", () => close(oneOf([-1, 9_999]))]
]

const seen: Record<string, number> = {}
const hash = createHash("sha256")
const disturb = async (): Promise<void> => {
  const garbage = Array.from({ length: 3_000 }, (_, i) => ({ i, text: `${i}`, bytes: new Uint8Array(100) }))
  if (garbage.length === 0) throw new Error("not reached")
  for (const path of ["/missing", "/etc/passwd/x"]) fs.existsSync(path)
  fs.stat(`${place}/missing`, () => {})
  await new Promise((resolve) => setImmediate(resolve))
}

for (let i = 0; i < Number(count); i++) {
  const [name, call] = oneOf(calls)
  const value = call()
  const failure = value < 0 ? errno() : 0
  const answer = `${name} ${value} ${failure}`
  hash.update(answer)
  seen[answer] = (seen[answer] ?? 0) + 1
  if (i % 1_000 === 0) await disturb()
}
console.log(JSON.stringify({ hash: hash.digest("hex"), seen }))
