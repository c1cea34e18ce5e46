// A hostile FUSE file system: `node fuseChild.mjs <directory>`, started by `unshare --mount`. It is mounted on the
// directory in the mount namespace of this process, and ends with it: when standard input ends, or when it is killed.
// Node speaks the protocol itself; it is documented in the kernel's include/uapi/linux/fuse.h.
import koffi from "koffi"
import { openSync, readSync, writeSync } from "node:fs"
import { isMainThread, Worker, workerData } from "node:worker_threads"

const [place] = process.argv.slice(2)

const LOOKUP = 1
const FORGET = 2
const GETATTR = 3
const SETATTR = 4
const MKDIR = 9
const UNLINK = 10
const OPEN = 14
const RENAME = 12
const READ = 15
const WRITE = 16
const STATFS = 17
const RELEASE = 18
const FSYNC = 20
const GETXATTR = 22
const FLUSH = 25
const INIT = 26
const OPENDIR = 27
const READDIR = 28
const RELEASEDIR = 29
const FSYNCDIR = 30
const CREATE = 35
const INTERRUPT = 36
const DESTROY = 38
const BATCH_FORGET = 42
const RENAME2 = 45

/** RENAME_NOREPLACE of rename(2). */
const NOREPLACE = 1

/** The handle of an open file of which no byte can be written. */
const WRITES_NOTHING = 1n

const ENOENT = 2
const EINTR = 4
const EIO = 5
const EEXIST = 17
const EINVAL = 22
const ENOSYS = 38
const ENODATA = 61

/** FOPEN_DIRECT_IO: each read is a request. */
const DIRECT_IO = 1

/** FUSE_PARALLEL_DIROPS: a lookup that hangs does not block others in the same directory. */
const PARALLEL_DIROPS = 1 << 18

/** FUSE_MAX_PAGES: since Linux 6.14, names can be as long as paths if requests can have more than one page. */
const MAX_PAGES = 1 << 22

const HEADER = 40
const ANSWER = 16

const DIRECTORY = 0o40755
const FILE = 0o100644

/** The content of `untyped`. The names have one character for each byte. */
const untyped = [
  { name: "\xc3\xa9", mode: DIRECTORY, size: 0n },
  { name: "\xff", mode: FILE, size: 5n },
  { name: "plain", mode: FILE, size: 5n }
].map((node, i) => ({ ...node, id: BigInt(i + 100) }))

/** The name of the file is that of the directory, if its bytes are taken for characters. Only the file has a type. */
const partlyTyped = [
  { name: "\xc3\xa9", mode: DIRECTORY, size: 0n, id: 300n },
  { name: "\xc3\x83\xc2\xa9", mode: FILE, size: 5n, id: 301n, isTyped: true }
]

/** Its name ends before the first character. */
const nameless = [{ name: "\0", mode: DIRECTORY, size: 0n, id: 400n, isTyped: true }]

/** With the name of its directory, the longest path that there can be. */
const longNamed = [{ name: "n".repeat(4_085), mode: FILE, size: 5n, id: 500n, isTyped: true }]

/** Listed, but looking it up fails: with this errno the first time, and then because it is missing. */
const failsOnce = (errno) => [{ name: `once${errno}`, mode: FILE, size: 0n, id: 200n + BigInt(errno) }]

/** A file in each of two parts is listed, and missing when it is looked up. */
const vanishing = Array.from({ length: 1_100 }, (_, i) => ({
  name: i === 1_000 || i === 1_050 ? `errno${ENOENT}` : `entry${i}`,
  mode: FILE,
  size: 0n,
  id: 10_000n + BigInt(i)
}))

/** In a directory that is listed in many requests, of which each is interrupted once, except the first. */
const interruptedList = Array.from({ length: 8_000 }, (_, i) => ({
  name: `entry${i}`,
  mode: FILE,
  size: 0n,
  id: 20_000n + BigInt(i),
  isTyped: true
}))

/** The ids of the threads that have asked for the attributes of a directory. */
const askers = new Set()

/** The names of these that were looked up, and the requests that were interrupted once. */
const failed = new Set()

/** The files in the root. `never` is the request that gets no answer, and `fails` the one that fails with `errno`. */
const inRoot = [
  { name: "file", mode: FILE, size: 5n },
  { name: "askers", mode: FILE, size: 4_096n, direct: true, listsAskers: true },
  { name: "hangLookup", mode: FILE, size: 5n, never: LOOKUP },
  { name: "hangOpen", mode: FILE, size: 5n, never: OPEN },
  { name: "hangRead", mode: FILE, size: 5n, never: READ },
  { name: "hangList", mode: DIRECTORY, size: 0n, never: READDIR },
  { name: "hangClose", mode: FILE, size: 5n, never: FLUSH },
  { name: "interrupted", mode: FILE, size: 5n, direct: true, interrupted: true },
  { name: "wrongSize", mode: FILE, size: 3n, direct: true },
  { name: "manyBlocks", mode: FILE, size: 5n, blocks: 2n ** 63n },
  { name: "failClose", mode: FILE, size: 5n, fails: FLUSH },
  { name: "endlessFile", mode: FILE, size: 2n ** 63n - 1n },
  { name: "endlessDirectory", mode: DIRECTORY, size: 0n, inside: FILE },
  { name: "endlessTree", mode: DIRECTORY, size: 0n, inside: DIRECTORY },
  { name: "untyped", mode: DIRECTORY, size: 0n, untyped },
  { name: "partlyTyped", mode: DIRECTORY, size: 0n, untyped: partlyTyped },
  { name: "failsOnce4", mode: DIRECTORY, size: 0n, untyped: failsOnce(4) },
  { name: "failsOnce5", mode: DIRECTORY, size: 0n, untyped: failsOnce(5) },
  { name: "vanishing", mode: DIRECTORY, size: 0n, untyped: vanishing },
  { name: "interruptedList", mode: DIRECTORY, size: 0n, untyped: interruptedList },
  { name: "noSync", mode: DIRECTORY, size: 0n, fails: FSYNCDIR, errno: EINVAL, untyped: [] },
  { name: "failSync", mode: DIRECTORY, size: 0n, fails: FSYNCDIR, untyped: [] },
  { name: "nameless", mode: DIRECTORY, size: 0n, untyped: nameless },
  { name: "longNamed", mode: DIRECTORY, size: 0n, untyped: longNamed },
  { name: "writesNothing", mode: DIRECTORY, size: 0n, writesNothing: true, untyped: [] },
  { name: "ignoresCase", mode: DIRECTORY, size: 0n, ignoresCase: true, untyped: [] },
  { name: "onlyReplaces", mode: DIRECTORY, size: 0n, fails: RENAME2, errno: EINVAL, untyped: [] }
].map((node, i) => ({ ...node, id: BigInt(i + 2) }))

/** Inode numbers from here on are in an endless directory: odd ones are directories, even ones files. */
const INSIDE = 1n << 32n
const root = { id: 1n, mode: DIRECTORY, size: 0n }
/** The directories that were created, by inode number. */
const made = new Map()

const nodeOf = (id) => {
  if (id === 1n) return root
  if (made.has(id)) return made.get(id)
  if (id < INSIDE) {
    return [...inRoot, ...untyped, ...partlyTyped, ...longNamed, ...vanishing, ...interruptedList].find((node) =>
      node.id === id
    )
  }
  return id % 2n === 1n ? { id, mode: DIRECTORY, size: 0n, inside: DIRECTORY } : { id, mode: FILE, size: 0n }
}

let next = INSIDE
const idInside = (mode) => {
  next += 2n
  return mode === DIRECTORY ? next + 1n : next
}

const putAttributes = (answer, at, { id, mode, size, blocks = (size + 511n) / 512n }) => {
  answer.writeBigUInt64LE(id, at)
  answer.writeBigUInt64LE(size, at + 8)
  answer.writeBigUInt64LE(blocks, at + 16)
  answer.writeUInt32LE(mode, at + 60)
  answer.writeUInt32LE(1, at + 64)
  answer.writeUInt32LE(4_096, at + 80)
}

const entry = (node) => {
  const answer = Buffer.alloc(128)
  answer.writeBigUInt64LE(node.id, 0)
  putAttributes(answer, 40, node)
  return answer
}

const attributes = (node) => {
  const answer = Buffer.alloc(104)
  putAttributes(answer, 16, node)
  return answer
}

const filesIn = ({ id, untyped = [] }) => id === 1n ? inRoot : untyped

const isNamed = ({ ignoresCase }, name) => (one) =>
  one.name === name || (ignoresCase && one.name.toLowerCase() === name.toLowerCase())

const unlink = (node, name) => {
  const isRemoved = isNamed(node, name)
  node.untyped = node.untyped.filter((one) => !isRemoved(one))
  return Buffer.alloc(0)
}

/** Within the same directory. */
const rename = (node, [from, to], isReplacing) => {
  if (!isReplacing && node.untyped.some(isNamed(node, to))) return EEXIST
  const [isOld, isReplaced] = [isNamed(node, from), isNamed(node, to)]
  const renamed = node.untyped.find(isOld)
  node.untyped = [...node.untyped.filter((one) => !isOld(one) && !isReplaced(one)), { ...renamed, name: to }]
  return Buffer.alloc(0)
}

/** As many entries as fit into `room` bytes, from `offset` on. */
const listed = (node, offset, room) => {
  const parts = []
  let length = 0
  for (let at = Number(offset);; at++) {
    const one = node.inside === undefined
      ? filesIn(node)[at]
      : { id: INSIDE + BigInt(at), name: `entry${at}`, mode: node.inside }
    if (one === undefined) break
    const name = Buffer.from(one.name, "latin1")
    const part = Buffer.alloc(24 + Math.ceil(name.length / 8) * 8)
    if (length + part.length > room) break
    part.writeBigUInt64LE(one.id, 0)
    part.writeBigUInt64LE(BigInt(at + 1), 8)
    part.writeUInt32LE(name.length, 16)
    if (node.untyped === undefined || one.isTyped) part.writeUInt32LE(one.mode >> 12, 20)
    name.copy(part, 24)
    parts.push(part)
    length += part.length
  }
  return Buffer.concat(parts)
}

const init = () => {
  const answer = Buffer.alloc(64)
  answer.writeUInt32LE(7, 0)
  answer.writeUInt32LE(31, 4)
  answer.writeUInt32LE(1 << 17, 8)
  answer.writeUInt32LE(PARALLEL_DIROPS | MAX_PAGES, 12)
  answer.writeUInt16LE(16, 16)
  answer.writeUInt16LE(12, 18)
  answer.writeUInt32LE(1 << 17, 20)
  answer.writeUInt32LE(1, 24)
  answer.writeUInt16LE(32, 28)
  return answer
}

/** Whether a request fails the first time only. */
const isFirst = (request) => {
  if (failed.has(request)) return false
  failed.add(request)
  return true
}

/** The answer, an errno, or `undefined` for none. */
const answerTo = (operation, id, body) => {
  const node = nodeOf(id)
  if (node?.interrupted && [GETXATTR, READ, SETATTR].includes(operation) && isFirst(operation)) return EINTR
  if (node?.never === operation) return undefined
  if (node?.fails === operation) return node.errno ?? EIO
  switch (operation) {
    case INIT:
      return init()
    case LOOKUP: {
      const name = body.toString("latin1", 0, body.indexOf(0))
      const [, errno] = /^errno(\d+)$/.exec(name) ?? []
      if (errno !== undefined) return Number(errno)
      const [, once] = /^once(\d+)$/.exec(name) ?? []
      if (once !== undefined) return isFirst(name) ? Number(once) : ENOENT
      if (node.inside !== undefined) {
        return /^entry\d+$/.test(name) ? entry(nodeOf(idInside(node.inside))) : ENOENT
      }
      const found = filesIn(node).find(isNamed(node, name))
      if (found?.never === LOOKUP) return undefined
      return found === undefined ? ENOENT : entry(found)
    }
    case GETATTR:
    case SETATTR:
      return attributes(node)
    case MKDIR: {
      const name = body.toString("latin1", 8, body.indexOf(0, 8))
      const created = { ...node, name, id: idInside(DIRECTORY), untyped: [] }
      made.set(created.id, created)
      node.untyped.push(created)
      return entry(created)
    }
    case CREATE: {
      const created = nodeOf(idInside(FILE))
      node.untyped.push({ ...created, name: body.toString("latin1", 16, body.indexOf(0, 16)) })
      const open = Buffer.alloc(16)
      if (node.writesNothing) {
        open.writeBigUInt64LE(WRITES_NOTHING, 0)
        open.writeUInt32LE(DIRECT_IO, 8)
      }
      return Buffer.concat([entry(created), open])
    }
    case OPEN:
    case OPENDIR: {
      const answer = Buffer.alloc(16)
      if (node.direct) answer.writeUInt32LE(DIRECT_IO, 8)
      return answer
    }
    case GETXATTR:
      return node.interrupted ? ENODATA : ENOSYS
    case READ: {
      const [at, length] = [Number(body.readBigUInt64LE(8)), body.readUInt32LE(16)]
      if (node.listsAskers) return Buffer.from([...askers].join(" ")).subarray(at, at + length)
      return node.size > 5n ? Buffer.alloc(length, "endless ") : Buffer.from("hello").subarray(at, at + length)
    }
    case WRITE: {
      // Everything is accepted, and nothing is kept.
      const answer = Buffer.alloc(8)
      answer.writeUInt32LE(body.readBigUInt64LE(0) === WRITES_NOTHING ? 0 : body.readUInt32LE(16), 0)
      return answer
    }
    case UNLINK:
      return unlink(node, body.toString("latin1", 0, body.indexOf(0)))
    case RENAME:
      return rename(node, body.toString("latin1", 8).split("\0"), true)
    case RENAME2:
      return rename(node, body.toString("latin1", 16).split("\0"), body.readUInt32LE(8) !== NOREPLACE)
    case READDIR: {
      const offset = body.readBigUInt64LE(8)
      if (node.untyped === interruptedList && offset > 0n && isFirst(`list ${offset}`)) return EINTR
      return listed(node, offset, body.readUInt32LE(16))
    }
    case STATFS:
      return Buffer.alloc(80)
    case RELEASE:
    case RELEASEDIR:
    case FLUSH:
    case FSYNC:
      return Buffer.alloc(0)
    case FORGET:
    case BATCH_FORGET:
    case INTERRUPT:
    case DESTROY:
      return undefined
    default:
      return ENOSYS
  }
}

/** Answers requests. Each read returns one, and fails when the mount is gone. */
const serve = (fuse) => {
  const request = Buffer.alloc((1 << 17) + 4_096)
  for (;;) {
    const length = readSync(fuse, request, 0, request.length, null)
    const body = request.subarray(HEADER, length)
    const [operation, id] = [request.readUInt32LE(4), request.readBigUInt64LE(16)]
    if (operation === GETATTR && nodeOf(id)?.mode === DIRECTORY) askers.add(request.readUInt32LE(32))
    const answer = answerTo(operation, id, body)
    if (answer === undefined) continue
    const content = typeof answer === "number" ? Buffer.alloc(0) : answer
    const head = Buffer.alloc(ANSWER)
    head.writeUInt32LE(ANSWER + content.length, 0)
    head.writeInt32LE(typeof answer === "number" ? -answer : 0, 4)
    request.copy(head, 8, 8, 16)
    writeSync(fuse, Buffer.concat([head, content]))
  }
}

if (isMainThread) {
  const fuse = openSync("/dev/fuse", "r+")
  const mount = koffi.load(null).func("int mount(str, str, str, ulong, str)")
  const options = `fd=${fuse},rootmode=40000,user_id=0,group_id=0`
  if (mount("none", place, "fuse", 0, options) < 0) throw new Error(`mount: errno ${koffi.errno()}`)
  // The requests are answered in a thread, so that this one notices the end of standard input.
  const server = new Worker(new URL(import.meta.url), { workerData: fuse })
  server.once("error", (error) => {
    throw error
  })
  process.stdin.resume().once("end", () => process.kill(process.pid, "SIGKILL"))
  process.stdout.write("ready\n")
} else serve(workerData)
