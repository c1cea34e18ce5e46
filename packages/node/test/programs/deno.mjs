// Runs in Deno: `deno run --allow-all deno.mjs DIRECTORY` prints the differences because of which Deno
// cannot open roots.
import { Buffer } from "node:buffer"
import * as fs from "node:fs"

const { Deno } = globalThis
const [directory] = Deno.args
const openat = { parameters: ["i32", "buffer", "i32"], result: "i32" }
const { symbols } = Deno.dlopen("libc.so.6", {
  __errno_location: { parameters: [], result: "pointer" },
  openat,
  onPool: { ...openat, name: "openat", nonblocking: true }
})
const errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(symbols.__errno_location(), 4))
const AT_FDCWD = -100
const ENOENT = 2
const textOf = (path) => new TextEncoder().encode(`${path}\0`)

const codeOf = (call) => {
  try {
    call()
    return "no error"
  } catch ({ code }) {
    return code
  }
}

const fd = symbols.openat(AT_FDCWD, textOf(directory), fs.constants.O_RDONLY)
const names = ["closeSync", "fstatSync", "fsyncSync", "readSync"]
const foreign = Object.fromEntries(names.map((name) => [name, codeOf(() => fs[name](fd, Buffer.alloc(1)))]))

const empty = `${directory}/empty`
fs.mkdirSync(empty)
const code = codeOf(() => fs.unlinkSync(empty))
const unlink = fs.existsSync(empty) ? code : "removed a directory"

const missing = textOf(`${directory}/missing`)
const said = () => errno[0] === ENOENT ? "ENOENT" : "unknown"
symbols.openat(AT_FDCWD, missing, 0)
const here = said()
errno[0] = 0
await symbols.onPool(AT_FDCWD, missing, 0)
console.log(JSON.stringify({ foreign, unlink, errno: { here, onPool: said() } }))
