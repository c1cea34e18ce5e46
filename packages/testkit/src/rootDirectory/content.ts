/** Tests atomic writes, reads with a limit, and descriptors. */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import { atRest, settled } from "../descriptors.js"
import { bytes, described, describedOnDisk, inWorld, type Kind, outcome, replace, UMASK } from "./world.js"
import { nextTurn } from "../nextTurn.js"
import { makeSpecial } from "../special.js"

const fill = (place: string): void => {
  Fs.mkdirSync(`${place}/d`)
  Fs.writeFileSync(`${place}/d/f`, "old content")
  Fs.chmodSync(`${place}/d/f`, 0o751)
  Fs.linkSync(`${place}/d/f`, `${place}/hard`)
  Fs.symlinkSync("d/f", `${place}/l`)
  Fs.symlinkSync("d/made", `${place}/dangling`)
  Fs.symlinkSync("loop", `${place}/loop`)
  makeSpecial(`${place}/p`, "FIFO")
}

const creating = (kind: Kind): void => {
  it("creates a file only if nothing has its name", () =>
    inWorld(kind, fill, async (world) => {
      const { directory, judge } = world
      await directory.writeFileAtomic("/new", bytes("new"), { exclusive: true, mode: 0o640 })
      replace(`${judge}/new`, "new", 0o640 & ~UMASK)
      const outcomes = []
      for (const path of ["/new", "/d", "/", "/p", "/l", "/dangling", "/loop", "/none/x", "/d/f/x", "/other/"]) {
        outcomes.push(await outcome(directory.writeFileAtomic(path, bytes("x"), { exclusive: true })))
      }
      expect(outcomes).toEqual([...Array.from({ length: 7 }, () => "EEXIST"), "ENOENT", "ENOTDIR", "EISDIR"])
      expect(await described(kind, world)).toEqual(describedOnDisk(judge))
    }))
}

const writing = (kind: Kind): void => {
  it("replaces the file, and follows links to it", () =>
    inWorld(kind, fill, async (world) => {
      const { directory, judge } = world
      await directory.writeFileAtomic("/new", bytes("new"))
      replace(`${judge}/new`, "new", 0o666 & ~UMASK)
      await directory.writeFileAtomic("/secret", bytes(""), { mode: 0o600 })
      replace(`${judge}/secret`, "", 0o600)
      await directory.writeFileAtomic("/dangling", bytes("made"), { mode: 0o640 })
      replace(`${judge}/d/made`, "made", 0o640 & ~UMASK)
      await directory.writeFileAtomic("/l", bytes("kept"), { keepMode: true })
      replace(`${judge}/d/f`, "kept", 0o751)
      expect(await described(kind, world)).toEqual(describedOnDisk(judge))
      // A surrogate without its other half has no UTF-8.
      await directory.writeFileAtomic("/d/f", "\u00e4\ud83d\ude00\ud83d")
      replace(`${judge}/d/f`, "\u00e4\ud83d\ude00\ufffd", 0o666 & ~UMASK)
      expect(await described(kind, world)).toEqual(describedOnDisk(judge))
    }))

  it("fails if the path is not a regular file, and changes nothing", () =>
    inWorld(kind, fill, async (world) => {
      const before = await described(kind, world)
      const expected = {
        "/d": "EISDIR",
        "/": "EISDIR",
        "/p": "EINVAL",
        "/none/x": "ENOENT",
        "/d/f/x": "ENOTDIR",
        "/loop": "ELOOP",
        "/new/": "EISDIR",
        "": "ENOENT"
      }
      const outcomes = []
      for (const path of Object.keys(expected)) {
        outcomes.push([path, await outcome(world.directory.writeFileAtomic(path, bytes("x")))])
      }
      expect(Object.fromEntries(outcomes)).toEqual(expected)
      expect(await described(kind, world)).toEqual(before)
      await expect(world.directory.writeFileAtomic("/none/x", bytes("x"))).rejects.toMatchObject({
        method: "writeFileAtomic",
        syscall: "open"
      })
    }))

  it("leaves one complete content after concurrent writes, and readers only see complete contents", () =>
    inWorld(kind, fill, async (world) => {
      const { directory, fs } = world
      const contents = Array.from({ length: 16 }, (_, i) => String(i % 10).repeat(50_000))
      const over = new AbortController()
      const reading = (async () => {
        const seen = new Set<string>()
        while (!over.signal.aborted) {
          seen.add(await fs.readFileString("/d/f"))
          await nextTurn()
        }
        return seen
      })()
      await Promise.all(contents.map((text) => directory.writeFileAtomic("/l", bytes(text))))
      over.abort()
      for (const text of await reading) expect(text === "old content" || contents.includes(text)).toBe(true)
      expect(contents).toContain(await fs.readFileString("/d/f"))
      expect(await fs.readDirectory("/d")).toEqual(["f"])
    }))
}

const abandoned = (kind: Kind): void => {
  it("removes temporary files of dead processes, but not those of running ones", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const [pidNamespace, timeNamespace] = ["/proc/self/ns/pid", "/proc/self/ns/time"].map((place) =>
        Fs.existsSync(place) ? /\d+/.exec(Fs.readlinkSync(place))?.[0] : "0"
      )
      const namespaces = `${pidNamespace}.${timeNamespace}`
      const startOf = (pid: number) => {
        const stat = Fs.readFileSync(`/proc/${pid}/stat`, "utf8")
        return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
      }
      const { pid: dead } = spawnSync("true")
      const boot = Fs.readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim().replaceAll("-", "")
      const copy = "0123456789ab0123456789ab"
      const left = `.procfsroot-${dead}-1-${namespaces}-${boot}-${copy}`
      const reused = `.procfsroot-${process.ppid}-1-${namespaces}-${boot}-${copy}`
      const alive = `.procfsroot-${process.ppid}-${startOf(process.ppid)}-${namespaces}-${boot}-${copy}`
      const elsewhere = `.procfsroot-${dead}-1-1.${timeNamespace}-${boot}-${copy}`
      const forgotten = `.procfsroot-${dead}-2-1.${timeNamespace}-${boot}-${copy}`
      for (const name of [left, reused, alive, elsewhere, forgotten]) Fs.writeFileSync(`${own}/d/${name}`, "half")
      Fs.utimesSync(`${own}/d/${forgotten}`, 1, 1)
      await directory.writeFileAtomic("/d/f", bytes("x"))
      expect(Fs.readdirSync(`${own}/d`).toSorted()).toEqual([alive, elsewhere, "f"].toSorted())
    }))
}

const bounded = (kind: Kind): void => {
  it("reads a file up to the limit, and refuses a larger one", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      const length = "old content".length
      const read = (path: string, maxBytes: number) => outcome(directory.readFileBounded(path, { maxBytes }))
      expect(await read("/l", length)).toEqual({ ok: bytes("old content") })
      expect(await read("/l", length + 1)).toEqual({ ok: bytes("old content") })
      expect(await read("/l", length - 1)).toBe("ERR_FS_FILE_TOO_LARGE")
      expect(await read("/l", 0)).toBe("ERR_FS_FILE_TOO_LARGE")
      await fs.writeFileString("/empty", "")
      expect(await read("/empty", 0)).toEqual({ ok: new Uint8Array(0) })
      expect(await read("/d", 9)).toBe("EISDIR")
      expect(await read("/none", 9)).toBe("ENOENT")
      expect(await read("/loop", 9)).toBe("ELOOP")
      await expect(directory.readFileBounded("/l", { maxBytes: -1 })).rejects.toMatchObject({ tag: "BadArgument" })
      await expect(directory.readFileBounded("/l", { maxBytes: 1.5 })).rejects.toMatchObject({ tag: "BadArgument" })
    }))

  it("does not open a fifo", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      if (!kind.onDisk) return expect(await outcome(directory.readFileBounded("/p", { maxBytes: 9 }))).toBe("EINVAL")
      let isOpened = false
      // This waits until a reader opens the fifo.
      const writer = Fs.promises.open(`${own}/p`, "w").finally(() => isOpened = true)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await outcome(directory.readFileBounded("/p", { maxBytes: 9 }))).toBe("EINVAL")
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(isOpened).toBe(false)
      const reader = Fs.openSync(`${own}/p`, Fs.constants.O_RDONLY | Fs.constants.O_NONBLOCK)
      await (await writer).close()
      Fs.closeSync(reader)
    }))
}

const growing = (kind: Kind): void => {
  it("never reads more than the limit, even if the file grows or reports no size", async () => {
    await inWorld(kind, fill, async ({ directory, own }) => {
      const place = `${own}/large`
      Fs.writeFileSync(place, Buffer.alloc(1_000_000))
      const reading = outcome(directory.readFileBounded("/large", { maxBytes: 1_000_000 }))
      Fs.appendFileSync(place, "x")
      const read = await reading
      if (typeof read === "string") expect(read).toBe("ERR_FS_FILE_TOO_LARGE")
      else expect(read).toEqual({ ok: new Uint8Array(1_000_000) })
    })
    await closing(kind.open("/proc/self"), async ({ directory }) => {
      const text = Fs.readFileSync("/proc/self/smaps").length
      const read = (maxBytes: number) => outcome(directory?.readFileBounded("/smaps", { maxBytes }) ?? Promise.reject())
      expect(text).toBeGreaterThan(8_192)
      expect(await read(8_192)).toBe("ERR_FS_FILE_TOO_LARGE")
      expect(await read(10_000_000)).toMatchObject({ ok: expect.any(Uint8Array) as Uint8Array })
      // The first page of a process is never mapped.
      await expect(directory?.readFileBounded("/mem", { maxBytes: 9 })).rejects.toMatchObject({
        code: "EIO",
        syscall: "read"
      })
    })
  })
}

const open = (kind: Kind): void => {
  it("returns a unique number for each open file", () =>
    inWorld(kind, fill, async ({ directory }) => {
      const open = (path: string) => directory.openDescriptor(path, { flag: "path" })
      const opened = await Promise.all(["/l", "/d", "/hard", "/p"].map(open))
      expect(new Set(opened.map(({ fd }) => fd)).size).toBe(4)
      for (const { close } of opened) await close()
    }))

  it("fails like open", () =>
    inWorld(kind, fill, async ({ directory }) => {
      expect(await outcome(directory.openDescriptor("/none"))).toBe("ENOENT")
      expect(await outcome(directory.openDescriptor("/none", { flag: "path" }))).toBe("ENOENT")
      expect(await outcome(directory.openDescriptor("/d", { flag: "r+" }))).toBe("EISDIR")
      expect(await outcome(directory.openDescriptor("/l", { flag: "wx" }))).toBe("EEXIST")
      await expect(directory.openDescriptor("/none")).rejects.toMatchObject({
        method: "openDescriptor",
        syscall: "open"
      })
    }))
}

const onDisk = (kind: Kind): void => {
  it("returns a descriptor of the kernel, which is closed with its scope", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const before = await atRest()
      const place = (fd: number) => Fs.readlinkSync(`/proc/self/fd/${fd}`)
      for (const flag of ["r", "r+", "path", "a+"] as const) {
        const { close, fd } = await directory.openDescriptor("/l", { flag })
        expect(place(fd)).toBe(`${own}/d/f`)
        const read = () => Fs.readSync(fd, Buffer.alloc(3), 0, 3, 0)
        if (flag === "path") expect(read).toThrow("EBADF")
        else expect(read()).toBe(3)
        await close()
        expect(await settled(before)).toBe(before)
      }
      for (const flag of ["r", "path"] as const) {
        const { close, fd } = await directory.openDescriptor("/d", { flag })
        expect(Fs.readdirSync(`/proc/self/fd/${fd}`)).toEqual(["f"])
        await close()
      }
      const { close, fd } = await directory.openDescriptor("/written", { flag: "w" })
      Fs.writeSync(fd, "x")
      await close()
      expect(Fs.readFileSync(`${own}/written`, "utf8")).toBe("x")
      expect(await settled(before)).toBe(before)
    }))
}

export const content = (kind: Kind): void => {
  describe("writeFileAtomic", () => {
    writing(kind)
    if (kind.isComplete) creating(kind)
    if (kind.onDisk) abandoned(kind)
  })
  describe("readFileBounded", () => {
    bounded(kind)
    if (kind.onDisk) growing(kind)
  })
  describe("openDescriptor", () => {
    open(kind)
    if (kind.onDisk) onDisk(kind)
  })
}
