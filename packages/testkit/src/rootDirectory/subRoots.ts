/** Tests `subRoot`, which opens a directory in a root as another root. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import { atRest, settled } from "../descriptors.js"
import type { OpenFileSystem } from "../edition.js"
import { Computed, inheriting } from "../inheriting.js"
import { bytes, directoryOf, inWorld, type Kind, outcome } from "./world.js"
import { nextTurn } from "../nextTurn.js"

const fill = (place: string): void => {
  Fs.mkdirSync(`${place}/up/in`, { recursive: true })
  Fs.mkdirSync(`${place}/outside`)
  Fs.writeFileSync(`${place}/f`, "of the root")
  Fs.writeFileSync(`${place}/outside/secret`, "secret")
  Fs.writeFileSync(`${place}/up/f`, "of the directory")
  Fs.writeFileSync(`${place}/up/in/f`, "further down")
  Fs.symlinkSync("/f", `${place}/up/absolute`)
  Fs.symlinkSync("../../f", `${place}/up/in/climbing`)
  Fs.symlinkSync("in/f", `${place}/up/relative`)
  Fs.symlinkSync("up", `${place}/way`)
}

const readAll = async ({ fs }: OpenFileSystem, paths: ReadonlyArray<string>): Promise<ReadonlyArray<unknown>> => {
  const outcomes = []
  for (const path of paths) outcomes.push(await outcome(fs.readFileString(path)))
  return outcomes
}

const paths = ["/absolute", "/in/climbing", "/relative", "/../../f", "in/../../f", "/outside/secret"]
const own = { ok: "of the directory" }
const below = { ok: "further down" }

const resolving = (kind: Kind): void => {
  it("resolve links and .. inside their directory, in all services", () =>
    inWorld(kind, fill, async ({ directory, root: around }) => {
      await closing(directory.subRoot("/way"), async (inside) => {
        expect(await readAll(inside, paths)).toEqual([own, own, below, own, own, "ENOENT"])
        const { root } = inside
        expect(await root.resolve("/absolute")).toEqual({ ok: "/f" })
        expect(await root.resolve("/in/climbing")).toEqual({ ok: "/f" })
        expect(await root.resolve("/../outside")).toMatchObject({ error: { code: "ENOENT" } })
        expect(root.hostPath("/f")).toBe(around.hostPath("/up/f"))
        expect(root.strategy).toEqual(around.strategy)
        const { ino } = await directory.stat("/up/f")
        expect((await directoryOf(inside).stat("/absolute")).ino).toBe(ino)
        await directoryOf(inside).writeFileAtomic("/../new", bytes("new"))
        expect((await directory.walkTree("/up")).map(({ path }) => path)).toContain("new")
        await closing(
          directoryOf(inside).subRoot("in"),
          async (deeper) => expect(await readAll(deeper, ["/f", "climbing"])).toEqual([below, below])
        )
      })
    }))

  it("must be existing directories", () =>
    inWorld(kind, fill, async ({ directory }) => {
      const before = await atRest()
      expect(await outcome(directory.subRoot("/none"))).toBe("ENOENT")
      expect(await outcome(directory.subRoot("/f"))).toBe("ENOTDIR")
      expect(await outcome(directory.subRoot("/f/x"))).toBe("ENOTDIR")
      for (const path of ["/none", "/f"]) {
        const failed = { method: "subRoot", pathOrDescriptor: path, syscall: "open" }
        await expect(directory.subRoot(path)).rejects.toMatchObject(failed)
      }
      await expect(directory.subRoot("/up", { maxSymlinks: -1 })).rejects.toThrow("maxSymlinks")
      expect(await settled(before)).toBe(before)
    }))
}

const strict = (kind: Kind): void => {
  it("are at least as strict as the root around them", () =>
    inWorld(kind, fill, async ({ directory }) => {
      const asked = ["/f", "f", "absolute", "relative", "../f"]
      await closing(directory.subRoot("/up", { containment: "beneath" }), async (beneath) => {
        const expected = ["EXDEV", own, "EXDEV", below, "EXDEV"]
        expect(await readAll(beneath, asked)).toEqual(expected)
        await closing(directoryOf(beneath).subRoot(".", { containment: "clamp" }), async (inside) =>
          expect(await readAll(inside, asked)).toEqual(expected))
        // Settings in JSON can have null.
        await closing(directoryOf(beneath).subRoot(".", JSON.parse(`{ "containment": null }`)), async (inside) =>
          expect(await readAll(inside, asked)).toEqual(expected))
        await closing(directoryOf(beneath).subRoot(".", { symlinks: "forbid" }), async (inside) =>
          expect(await readAll(inside, asked)).toEqual(["EXDEV", own, "ELOOP", "ELOOP", "EXDEV"]))
      })
      await closing(directory.subRoot("/up", { symlinks: "forbid" }), (forbidding) =>
        closing(directoryOf(forbidding).subRoot("/", { symlinks: "follow" }), async (inside) =>
          expect(await readAll(inside, asked)).toEqual([own, own, "ELOOP", "ELOOP", own])))
      await closing(directory.subRoot("/up", { maxSymlinks: 0 }), (none) =>
        closing(directoryOf(none).subRoot("/", { maxSymlinks: 9 }), async (inside) =>
          expect(await readAll(inside, ["/relative"])).toEqual(["ELOOP"])))
    }))

  it("apply inherited options, such as the getters of a class", () =>
    inWorld(
      kind,
      fill,
      ({ directory }) =>
        closing(directory.subRoot("/", inheriting({ from: "up" }, new Computed())), async (inside) => {
          expect(await readAll(inside, ["f", "/f", "relative"])).toEqual([own, "EXDEV", "ELOOP"])
          expect(await outcome(inside.fs.writeFileString("f", "x"))).toBe("EROFS")
        })
    ))

  it("stay read-only", () =>
    inWorld(kind, fill, async ({ directory }) => {
      await closing(directory.subRoot("/up", { readOnly: true }), (inside) =>
        closing(directoryOf(inside).subRoot("/in", { readOnly: false }), async (deeper) => {
          expect(await outcome(deeper.fs.writeFileString("/f", "x"))).toBe("EROFS")
          expect(await outcome(directoryOf(deeper).writeFileAtomic("/f", new Uint8Array(1)))).toBe("EROFS")
          expect(await readAll(deeper, ["/f"])).toEqual([below])
        }))
    }))
}

const closed = (kind: Kind): void => {
  it("are closed when their scope ends, but not what was opened in them", () =>
    inWorld(kind, fill, async ({ directory }) => {
      const inside = await directory.subRoot("/up")
      const file = await inside.fs.open("/f")
      const deeper = await directoryOf(inside).subRoot("/in")
      await inside.close()
      expect(await readAll(inside, ["/f", "/none"])).toEqual(["EBADF", "EBADF"])
      expect(await outcome(inside.fs.makeTempFileScoped({ directory: "/" }))).toBe("EBADF")
      expect(await outcome(directoryOf(inside).stat("/f"))).toBe("EBADF")
      expect(await outcome(directoryOf(inside).subRoot("/in"))).toBe("EBADF")
      expect(await inside.root.resolve("/f")).toMatchObject({ error: { code: "EBADF" } })
      expect(await file.readAlloc(3)).toEqual(new TextEncoder().encode("of "))
      await file.close()
      expect(await readAll(deeper, ["/f"])).toEqual([below])
      await deeper.close()
    }))
}

const outliving = (kind: Kind): void => {
  it("stay open after the root around them has closed, and if their directory is moved", () =>
    inWorld(kind, fill, async ({ own: place }) => {
      const before = await atRest()
      const around = await kind.open(place)
      const inside = await directoryOf(around).subRoot("/up")
      await around.close()
      expect(await outcome(directoryOf(around).subRoot("/up"))).toBe("EBADF")
      expect(await readAll(inside, paths)).toEqual([own, own, below, own, own, "ENOENT"])
      Fs.renameSync(`${place}/up`, `${place}/outside/moved`)
      expect(await readAll(inside, [...paths, "/../secret", "../../f"]))
        .toEqual([own, own, below, own, own, "ENOENT", "ENOENT", own])
      await inside.close()
      expect(await readAll(inside, ["/f"])).toEqual(["EBADF"])
      expect(await outcome(directoryOf(inside).stat("/f"))).toBe("EBADF")
      expect(await inside.root.resolve("/f")).toMatchObject({ error: { code: "EBADF" } })
      expect(await settled(before)).toBe(before)
    }))

  it("are opened inside the root while directories are exchanged with links out of it", () =>
    inWorld(kind, (place) => {
      fill(place)
      Fs.mkdirSync(`${place}/box/up`, { recursive: true })
      Fs.writeFileSync(`${place}/box/up/f`, "of the directory")
      Fs.symlinkSync(`${place}/outside`, `${place}/box/other`)
      Fs.writeFileSync(`${place}/outside/f`, "secret")
    }, async ({ own: place }) => {
      const before = await atRest()
      await closing(kind.open(`${place}/box`), async (around) => {
        const over = new AbortController()
        const exchanging = (async () => {
          for (; !over.signal.aborted; await nextTurn()) {
            Fs.renameSync(`${place}/box/up`, `${place}/box/kept`)
            Fs.renameSync(`${place}/box/other`, `${place}/box/up`)
            await nextTurn()
            Fs.renameSync(`${place}/box/up`, `${place}/box/other`)
            Fs.renameSync(`${place}/box/kept`, `${place}/box/up`)
          }
        })()
        for (let i = 0; i < 200; i++) {
          const found = await outcome(
            directoryOf(around).subRoot("/up").then((inside) =>
              closing(Promise.resolve(inside), async ({ fs }) => fs.readFileString("/f"))
            )
          )
          expect(["ENOENT", own]).toContainEqual(found)
          await nextTurn()
        }
        over.abort()
        await exchanging
      })
      expect(await settled(before)).toBe(before)
    }))
}

export const subRoots = (kind: Kind): void => {
  describe("roots in a root", () => {
    resolving(kind)
    strict(kind)
    closed(kind)
    if (kind.onDisk) outliving(kind)
  })
}
