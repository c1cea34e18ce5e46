/** Tests atomic writes of content that comes in parts. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import { atRest, settled } from "../descriptors.js"
import { nextTurn } from "../nextTurn.js"
import {
  bytes,
  described,
  describedOnDisk,
  directoryOf,
  inOrder,
  inWorld,
  type Kind,
  outcome,
  replace,
  UMASK
} from "./world.js"

const fill = (place: string): void => {
  Fs.mkdirSync(`${place}/d/e`, { recursive: true })
  Fs.writeFileSync(`${place}/d/f`, "old")
  Fs.chmodSync(`${place}/d/f`, 0o751)
  Fs.symlinkSync("d/f", `${place}/l`)
  Fs.symlinkSync("d/made", `${place}/dangling`)
}

const part = (text: string) => () => bytes(text)

class Broken extends Error {}

const failing = (): never => {
  throw new Broken("the source broke")
}

const creating = (kind: Kind): void => {
  it("creates a file only if nothing has its name at the end", () =>
    inWorld(kind, fill, async (world) => {
      const { directory, fs, judge } = world
      await directory.sinkAtomic("/new", inOrder(part("new")), { exclusive: true })
      replace(`${judge}/new`, "new", 0o666 & ~UMASK)
      const come = async () => {
        await fs.symlink("none", "/late")
        return bytes("x")
      }
      Fs.symlinkSync("none", `${judge}/late`)
      const sinks = [["/d/f", part("x")], ["/late", come]] as const
      for (const [path, parts] of sinks) {
        expect(await outcome(directory.sinkAtomic(path, inOrder(parts), { exclusive: true }))).toBe("EEXIST")
      }
      expect(await described(kind, world)).toEqual(describedOnDisk(judge))
    }))
}

const writing = (kind: Kind): void => {
  it("replaces the file by all parts, and follows links to it", () =>
    inWorld(kind, fill, async (world) => {
      const { directory, judge } = world
      await directory.sinkAtomic("/new", inOrder(part("one "), part(""), part("two")))
      replace(`${judge}/new`, "one two", 0o666 & ~UMASK)
      await directory.sinkAtomic("/empty", inOrder(), { mode: 0o600 })
      replace(`${judge}/empty`, "", 0o600)
      await directory.sinkAtomic("/dangling", inOrder(part("made")), { mode: 0o640 })
      replace(`${judge}/d/made`, "made", 0o640 & ~UMASK)
      await directory.sinkAtomic("/l", inOrder(part("kept")), { keepMode: true })
      replace(`${judge}/d/f`, "kept", 0o751)
      expect(await described(kind, world)).toEqual(describedOnDisk(judge))
    }))

  it("writes content that is larger than any buffer", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      const parts = Array.from({ length: 200 }, (_, i) => () => new Uint8Array(50_000).fill(i))
      await directory.sinkAtomic("/large", inOrder(...parts))
      const read = await fs.readFile("/large")
      expect(read.length).toBe(10_000_000)
      expect(read.every((byte, at) => byte === Math.floor(at / 50_000))).toBe(true)
    }))

  it("shows the old content until all parts are there", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      const seen: Array<string> = []
      const look = async () => {
        seen.push(await fs.readFileString("/d/f"))
        return bytes("new")
      }
      await directory.sinkAtomic("/d/f", inOrder(look, look, look))
      expect(seen).toEqual(["old", "old", "old"])
      expect(await fs.readFileString("/d/f")).toBe("newnewnew")
    }))

  it("of a file by several sources at once leaves the content of the last one that ends", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      let endFirst = () => {}
      const isSecondOver = new Promise<void>((resolve) => endFirst = resolve)
      const first = directory.sinkAtomic(
        "/d/f",
        inOrder(part("first"), async () => {
          await isSecondOver
          return bytes(" at last")
        })
      )
      await directory.sinkAtomic("/d/f", inOrder(part("second")))
      expect(await fs.readFileString("/d/f")).toBe("second")
      endFirst()
      await first
      expect(await fs.readFileString("/d/f")).toBe("first at last")
      expect((await fs.readDirectory("/d")).toSorted()).toEqual(["e", "f"])
    }))
}

const failures = (kind: Kind): void => {
  it("fails without reading a part if the path is not a regular file, and changes nothing", () =>
    inWorld(kind, fill, async (world) => {
      const before = await described(kind, world)
      const expected = { "/d": "EISDIR", "/none/x": "ENOENT", "/d/f/x": "ENOTDIR", "/new/": "EISDIR", "": "ENOENT" }
      const outcomes = []
      for (const path of Object.keys(expected)) {
        outcomes.push([path, await outcome(world.directory.sinkAtomic(path, inOrder(failing)))])
      }
      expect(Object.fromEntries(outcomes)).toEqual(expected)
      expect(await described(kind, world)).toEqual(before)
      await expect(world.directory.sinkAtomic("/none/x", inOrder(failing))).rejects.toMatchObject({
        method: "sinkAtomic",
        syscall: "open"
      })
    }))

  it("leaves the old file if the source fails, at the start or later", () =>
    inWorld(kind, fill, async (world) => {
      const before = await described(kind, world)
      const files = await atRest()
      for (const source of [inOrder(failing), inOrder(part("new"), failing)]) {
        await expect(world.directory.sinkAtomic("/d/f", source)).rejects.toThrow("the source broke")
        await expect(world.directory.sinkAtomic("/made", source)).resolves.toBeUndefined() // it has ended
        await world.fs.remove("/made")
      }
      expect(await described(kind, world)).toEqual(before)
      expect(await settled(files)).toBe(files)
    }))

  it("leaves the old file if it is interrupted between two parts", () =>
    inWorld(kind, fill, async (world) => {
      const before = await described(kind, world)
      const files = await atRest()
      const controller = new AbortController()
      const interrupted = inOrder(part("new"), async () => {
        controller.abort(new Error("enough"))
        await nextTurn()
        return bytes("never written")
      })
      await expect(world.directory.sinkAtomic("/d/f", interrupted, {}, controller.signal)).rejects.toThrow(
        /enough|interrupted/
      )
      expect(await settled(files)).toBe(files)
      expect(await described(kind, world)).toEqual(before)
    }))

  it("fails with ENOENT if the directory is removed meanwhile", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      const source = inOrder(part("new"), async () => {
        await fs.remove("/d", { recursive: true })
        return bytes("more")
      })
      expect(await outcome(directory.sinkAtomic("/d/f", source))).toBe("ENOENT")
      expect(await fs.exists("/d")).toBe(false)
    }))
}

const others = (kind: Kind): void => {
  it("stays in the directory that the path led to at the start", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      const source = inOrder(part("new"), async () => {
        await fs.rename("/d", "/moved")
        await fs.symlink("/moved/e", "/d")
        return bytes(" content")
      })
      await directory.sinkAtomic("/d/f", source)
      expect(await fs.readFileString("/moved/f")).toBe("new content")
      expect(await fs.readDirectory("/moved/e")).toEqual([])
    }))

  it("replaces a link that has taken the name meanwhile, and not what it leads to", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      await fs.writeFileString("/precious", "precious")
      const source = inOrder(part("new"), async () => {
        await fs.remove("/d/f")
        await fs.symlink("/precious", "/d/f")
        return bytes(" content")
      })
      await directory.sinkAtomic("/d/f", source)
      expect(await fs.readFileString("/precious")).toBe("precious")
      expect(await fs.readFileString("/d/f")).toBe("new content")
    }))

  it("goes on after its root is closed, and then closes everything", () =>
    inWorld(kind, fill, async ({ directory, fs }) => {
      const files = await atRest()
      const inside = await directory.subRoot("/d")
      await directoryOf(inside).sinkAtomic(
        "/f",
        inOrder(part("new"), async () => {
          await inside.close()
          return bytes(" content")
        })
      )
      expect(await fs.readFileString("/d/f")).toBe("new content")
      expect(await settled(files)).toBe(files)
    }))

  it("is refused in a read-only root before a part is read", () =>
    inWorld(kind, fill, async ({ directory }) => {
      await closing(directory.subRoot("/", { readOnly: true }), async (inside) => {
        expect(await outcome(directoryOf(inside).sinkAtomic("/d/f", inOrder(failing)))).toBe("EROFS")
      })
    }))
}

const onDisk = (kind: Kind): void => {
  it("keeps only the temporary file and its directory open", () =>
    inWorld(kind, fill, async ({ directory, own }) => {
      const openBelow = () =>
        Fs.readdirSync("/proc/self/fd").flatMap((fd) => {
          try {
            const place = Fs.readlinkSync(`/proc/self/fd/${fd}`)
            return place.startsWith(`${own}/`) ? [place.slice(own.length)] : []
          } catch {
            return [] // the descriptor of this list
          }
        })
      let open: ReadonlyArray<string> = []
      const look = () => {
        open = openBelow()
        return bytes("new")
      }
      await directory.sinkAtomic("/d/e/../../l", inOrder(look))
      expect(open.map((place) => place.replace(/\.procfsroot.*/, "temporary")).toSorted()).toEqual([
        "/d",
        "/d/temporary"
      ])
      expect(openBelow()).toEqual([])
    }))
}

export const inParts = (kind: Kind): void => {
  describe("an atomic write in parts", () => {
    writing(kind)
    if (kind.isComplete) creating(kind)
    failures(kind)
    others(kind)
    if (kind.onDisk) onDisk(kind)
  })
}
