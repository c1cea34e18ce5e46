/** Native calls report of files what Node reports of them. */
import { linux, without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { nativeLibrary } from "@procfsroot/testkit/nativeLibrary"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { constants } from "node:os"
import { describe, expect, it } from "vitest"
import { load } from "../src/internal/native/binding.js"
import type { Openat2 } from "../src/internal/native/openat2.js"
import { statxBuffer } from "../src/internal/native/statx.js"
import { bindSystemCalls } from "../src/internal/native/systemCalls.js"
import { mountOf } from "../src/internal/procfs/mount.js"
import { nativeCalls } from "./nativeCalls.js"

const native = (): Openat2 => {
  const { openat2 } = load()
  if (openat2 === undefined) throw new Error("there are no native calls here")
  return openat2
}

const opened = <A>(path: string, use: (fd: number) => A): A => {
  const fd = Fs.openSync(path, Fs.constants.O_RDONLY | Fs.constants.O_NONBLOCK)
  try {
    return use(fd)
  } finally {
    Fs.closeSync(fd)
  }
}

const numbers = ["blksize", "gid", "mode", "nlink", "uid"] as const

/** What native calls report of a file: in numbers, exactly, and by its path. */
const reported = (path: string) =>
  opened(path, (fd) => {
    const { fstat, fstatExact, lstat } = native().calls
    const { birthtimeNs = 0n, type: _, ...exact } = fstatExact(fd)
    return {
      found: fstat(fd),
      exact: { ...exact, birthtimeNs },
      again: lstat({ directory: { fd }, name: path, slash: false })
    }
  })

/** The same fields of an object as another one has. */
const fieldsOf = (from: object, fields: object): object =>
  Object.fromEntries(Object.entries(from).filter(([name]) => name in fields))

/** The same, as Node reports it. */
const shown = (path: string) =>
  opened(path, (fd) => {
    const { exact, found } = reported(path)
    const node = Fs.fstatSync(fd, { bigint: true })
    const small = Object.fromEntries(numbers.map((name) => [name, Number(node[name])]))
    const attributes = fieldsOf(Fs.fstatSync(fd), found)
    return { found: attributes, exact: fieldsOf({ ...node, ...small, mountId: mountOf(fd) }, exact), again: attributes }
  })

describe.skipIf(without(nativeCalls))("the attributes of native calls", () => {
  it("are Node's", () => {
    using box = temporary()
    const file = `${box.path}/file`
    Fs.writeFileSync(file, "x".repeat(10_000))
    Fs.chmodSync(file, 0o4751)
    Fs.linkSync(file, `${box.path}/other`)
    for (const path of [file, box.path, "/dev/null", "/proc/self/maps", "/"]) {
      expect(reported(path)).toEqual(shown(path))
    }
    // Files of procfs have no time of birth, for which Node shows the epoch.
    expect(opened("/proc/self/maps", native().calls.fstatExact).birthtimeNs).toBeUndefined()
  })

  it.each([
    [0, 1_000_000_000.123_456],
    [-1.5, -86_400.25],
    [1e10, 0.001]
  ])("have the times %d and %d", (atime, mtime) => {
    using box = temporary()
    const file = `${box.path}/file`
    Fs.writeFileSync(file, "")
    Fs.utimesSync(file, new Date(atime * 1_000), new Date(mtime * 1_000))
    expect(reported(file)).toEqual(shown(file))
  })

  it.skipIf(without("root"))("have the owner and the group, and the numbers of a device", () => {
    using box = temporary()
    const [file, device] = [`${box.path}/file`, `${box.path}/device`]
    Fs.writeFileSync(file, "")
    Fs.chownSync(file, 70_001, 3_000_000_002)
    expect(reported(file)).toEqual(shown(file))
    execFileSync("mknod", [device, "c", "3000", "1000001"])
    const { calls } = native()
    const found = opened(box.path, (fd) => calls.lstat({ directory: { fd }, name: "device", slash: false }))
    expect(found?.rdev).toBe(Fs.lstatSync(device).rdev)
  })

  it.skipIf(without("mountHere"))("have the exact size of a file that no number can represent", () => {
    using box = mountedTemporary()
    const file = `${box.path}/file`
    Fs.writeFileSync(file, "")
    Fs.truncateSync(file, Number.MAX_SAFE_INTEGER)
    Fs.appendFileSync(file, "xyz")
    const { calls } = native()
    expect(opened(file, calls.fstat)).toMatchObject({ exactSize: 2n ** 53n + 2n })
    expect(opened(file, calls.fstatExact).size).toBe(2n ** 53n + 2n)
    expect(opened(box.path, calls.fstat)).not.toHaveProperty("exactSize")
  })
})

const mountIds = linux(5, 8, "report the ids of mounts by statx")

describe.skipIf(without(nativeCalls, mountIds))("what native calls identify a file by", () => {
  it("is its device and inode, and for a place its mount", () => {
    using box = temporary()
    for (const name of ["a", "b"]) Fs.mkdirSync(`${box.path}/${name}`)
    opened(box.path, (fd) => {
      const { calls, identify, isAt, lstat, mountAt } = native()
      const { dev, ino } = Fs.fstatSync(fd, { bigint: true })
      expect(calls.identity(fd)).toBe(dev << 64n | BigInt.asUintN(64, ino))
      expect(calls.mount(fd)).toBe(mountOf(fd))
      expect(mountAt(fd, "a")).toBe(mountOf(fd))
      const a = opened(`${box.path}/a`, identify) ?? expect.fail("this kernel has mount ids")
      expect(["a", "b", "none"].map((name) => isAt(fd, name, a))).toEqual([true, false, false])
      for (const i of a.keys()) expect(isAt(fd, "a", a.map((word, at) => at === i ? word + 1 : word))).toBe(false)
      const { mode, size, uid } = Fs.fstatSync(fd)
      expect(lstat(fd, ".")).toEqual({ mode, size, uid, mount: Number(mountOf(fd)) })
    })
  })

  it.skipIf(without("mountHere"))("differs between two mounts of one directory", () => {
    using box = mountedTemporary()
    for (const name of ["a", "b"]) Fs.mkdirSync(`${box.path}/${name}`)
    bindMount(`${box.path}/a`, `${box.path}/b`)
    opened(box.path, (fd) => {
      const { calls, identify, isAt, mountAt } = native()
      const [a, b] = ["a", "b"].map((name) => opened(`${box.path}/${name}`, calls.identity))
      expect(b).toBe(a)
      const identities = ["a", "b"].map((name) =>
        opened(`${box.path}/${name}`, identify) ?? expect.fail("this kernel has mount ids")
      )
      expect(identities.map((identity) => ["a", "b"].map((name) => isAt(fd, name, identity)))).toEqual([
        [true, false],
        [false, true]
      ])
      expect(mountAt(fd, "b")).toBe(opened(`${box.path}/b`, mountOf))
    })
  })
})

it("what the kernel does not report is found in procfs: mounts before Linux 5.8, and options where statfs fails", () => {
  const library = nativeLibrary((name) => () => name === "fstatfs" ? -1 : 0)
  const calls = bindSystemCalls({ ...library, errno: () => constants.errno.EIO })
  opened("/", (fd) => {
    expect(calls.mount(fd)).toBe(mountOf(fd))
    expect(calls.fstatExact(fd).mountId).toBe(mountOf(fd))
    expect(calls.forbidsLinks(fd)).toBe(false)
  })
})

it("the mount 0 is left out, since qemu reports it for every file", () => {
  const memory = new ArrayBuffer(256)
  const found = statxBuffer({ ...nativeLibrary(), allocate: () => ({ pointer: 0, bytes: memory }) })
  new Uint32Array(memory)[0] = found.mountMask
  const mounts = () => [found.mount(), found.exactAttributes().mountId, found.lookup().mount, found.place()?.slice(4)]
  expect(mounts()).toEqual([undefined, undefined, undefined, undefined])
  expect(found.isPlace([0, 0, 0, 0, 0, 0])).toBe(false)
  const id = new BigUint64Array(memory, 144, 1)
  for (const [mount, words] of [[7n, [7, 0]], [2n ** 33n, [0, 2]]] as const) {
    id[0] = mount
    expect(mounts()).toEqual([mount, mount, Number(mount), words])
    expect(found.isPlace([0, 0, 0, 0, ...words])).toBe(true)
  }
})
