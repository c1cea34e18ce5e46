/**
 * Tests roots and file systems after they are closed. Eight other directories take over the numbers of the root's
 * descriptors. Every later call must fail with EBADF and leave these directories as they are.
 */
import { setMaxListeners } from "node:events"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { errno, tryAll, tryFile } from "./closed/calls.js"
import { closedWorld, STRANGERS } from "./closed/world.js"
import { closing } from "./closing.js"
import { concurrently } from "./concurrently.js"
import { atRest, descriptors, settled } from "./descriptors.js"
import type { OpenFileSystem, RootEdition } from "./edition.js"
import { answerOf, type RootWay } from "./ways.js"
import { nextTurn } from "./nextTurn.js"

const strategies = [
  { name: "by openat2", strategy: "kernel" },
  { name: "by the walk", strategy: "walk" }
] as const

type Strategy = (typeof strategies)[number]["strategy"]

const fails = (results: Readonly<Record<string, unknown>>): void => {
  expect(Object.keys(results).length).toBeGreaterThan(0)
  expect(results).toEqual(Object.fromEntries(Object.keys(results).map((method) => [method, "EBADF"])))
}

const afterClosing = ({ node, wormhole }: RootEdition): void => {
  const opens: Readonly<Record<string, (path: string) => Promise<OpenFileSystem>>> = {
    ...Object.fromEntries(strategies.map(({ name, strategy }) => [name, (path: string) => node(path, { strategy })])),
    "read-only": (path) => node(path, { strategy: "kernel", readOnly: true }),
    "a wormhole": () => wormhole(process.pid)
  }
  describe("a FileSystem after its root has closed", () => {
    it.each(Object.entries(opens))("%s", async (_, open) => {
      using world = closedWorld()
      const { close, fs } = await open(world.own)
      await close()
      world.takeNumbers()
      const before = world.all()
      fails(await tryAll(fs))
      expect(world.all()).toEqual(before)
    })
  })
}

/** Something from a file system, which is closed before this returns. */
const provided = <A>(
  { node }: RootEdition,
  path: string,
  strategy: Strategy,
  use: (opened: OpenFileSystem) => Promise<A>
): Promise<A> => closing(node(path, { strategy }), use)

const outliving = (edition: RootEdition): void => {
  describe.each(strategies)("after the file system has closed: $name", ({ strategy }) => {
    it("an open file works until its own scope ends, and then fails with EBADF", async () => {
      using world = closedWorld()
      const file = await provided(edition, world.own, strategy, ({ fs }) => fs.open("/f", { flag: "r+" }))
      world.takeNumbers()
      expect(new TextDecoder().decode(await file.readAlloc(3))).toBe("own")
      await file.close()
      const before = world.all()
      const taken = Array.from({ length: 4 }, () => Fs.openSync(`${world.own}/d/f`, "r+"))
      fails(await tryFile(file))
      expect(world.all()).toEqual(before)
      for (const fd of taken) Fs.closeSync(fd)
    })

    it("a file whose scope ends during a read is closed after the read", async () => {
      using world = closedWorld()
      const before = await atRest()
      const file = await provided(edition, world.own, strategy, ({ fs }) => fs.open("/f"))
      const read = file.readAlloc(3)
      await file.close()
      expect(await read).toEqual(new TextEncoder().encode("own"))
      expect(await settled(before)).toBe(before)
    })

    it("a scoped temporary directory is removed, and so is that of a temporary file", async () => {
      using world = closedWorld()
      const before = await atRest()
      const made = [
        await provided(edition, world.own, strategy, ({ fs }) => fs.makeTempDirectoryScoped()),
        await provided(edition, world.own, strategy, ({ fs }) => fs.makeTempFileScoped())
      ]
      expect(Fs.readdirSync(`${world.own}/tmp`)).toHaveLength(2)
      world.takeNumbers()
      for (const temporary of made.toReversed()) await temporary.close()
      expect(Fs.readdirSync(`${world.own}/tmp`)).toEqual([])
      expect(await settled(before + STRANGERS)).toBe(before + STRANGERS)
    })

    it("a watch continues", async () => {
      using world = closedWorld()
      const { close, fs } = await edition.node(world.own, { strategy })
      const before = await atRest()
      let tell: (path: string) => void = () => {}
      const event = new Promise<string>((resolve) => tell = resolve)
      const watch = fs.watch("/d", undefined, ({ path }) => tell(path))
      while (descriptors() === before) await nextTurn()
      await close()
      world.takeNumbers()
      Fs.writeFileSync(`${world.own}/d/new`, "")
      expect(await Promise.race([event, watch.ended])).toBe("new")
      await watch.stop()
    })

    it("running operations finish, and the root closes after them", async () => {
      using world = closedWorld()
      for (let i = 0; i < 3_000; i++) Fs.writeFileSync(`${world.own}/d/${i}`, "")
      const before = await atRest()
      const { close, fs } = await edition.node(world.own, { strategy })
      const work = Promise.all([fs.copy("/d/e", "/copied"), fs.remove("/d", { recursive: true })])
      await close()
      const strangers = world.strangers()
      world.takeNumbers()
      await work
      expect(Fs.readdirSync(world.own).toSorted()).toEqual(["copied", "f", "l", "tmp"])
      expect(world.strangers()).toBe(strangers)
      expect(await settled(before + STRANGERS)).toBe(before + STRANGERS)
    })
  })
}

const closedRoot = (ways: ReadonlyArray<RootWay>): void => {
  describe.each(ways)("a Root after it has closed: $name", ({ ask, open }) => {
    it("fails with RootClosed in every method", async () => {
      using world = closedWorld()
      const { close, root } = await open(world.own)
      await close()
      world.takeNumbers()
      const paths = ["/f", "/", "/l", "/nope"]
      expect((await ask(root, paths, {})).map(answerOf)).toEqual(paths.map(() => ({ errno: "EBADF" })))
      const error = { tag: "RootClosed", root: world.own, path: "/f", at: "/" }
      expect(await root.resolve("/f")).toMatchObject({ error })
      expect(await root.locate("/f")).toMatchObject({ deepest: "/", remaining: "/f", error })
      expect(await root.explain("/f")).toMatchObject({ hops: [], result: { error } })
      expect(await root.resolveAll(["/f"])).toMatchObject([{ error }])
      expect(await root.resolveStream(["/f"], {}, 1)).toMatchObject([{ error }])
    })
  })
}

const interrupted = ({ nodeRoot }: RootEdition): void => {
  describe.each(strategies)("operations that are interrupted in another thread: $name", ({ strategy }) => {
    it("leave nothing open, and do not change other directories", async () => {
      using world = closedWorld()
      // Starts the thread first, since it keeps descriptors of its own open while it lives.
      await closing(nodeRoot(world.own, { strategy, offMainThread: true }), ({ root }) => root.locate("/d/f"))
      const before = await atRest()
      const { close, root } = await nodeRoot(world.own, { strategy, offMainThread: true })
      const strangers = world.strangers()
      const interruption = new AbortController()
      setMaxListeners(0, interruption.signal)
      const asked = Array.from({ length: 50 }, () => root.resolve("/d/f", {}, interruption.signal))
      interruption.abort()
      await Promise.allSettled(asked)
      await close()
      world.takeNumbers()
      expect(await settled(before + STRANGERS)).toBe(before + STRANGERS)
      expect(world.strangers()).toBe(strangers)
    })
  })
}

const many = ({ node }: RootEdition): void => {
  describe("many roots", () => {
    it("opened and closed concurrently only reach their own files", async () => {
      using world = closedWorld()
      const before = await atRest()
      const strangers = world.strangers()
      await concurrently(1_000, 100, async (i) => {
        const { name, strategy } = strategies[i % strategies.length] ?? strategies[0]
        const { close, fs } = await node(world.own, { strategy })
        const reading = errno(async () => {
          const contents = []
          for (let k = 0; k < 3; k++) contents.push(await fs.readFileString("/d/f"))
          return contents
        })
        if (i % 3 === 0) await nextTurn()
        await close()
        const read = await reading
        const expected = read === "EBADF" ? "EBADF" : { succeeded: ["own", "own", "own"] }
        expect([name, read]).toEqual([name, expected])
        expect(await errno(() => fs.readFileString("/d/f"))).toBe("EBADF")
      })
      expect(await settled(before)).toBe(before)
      expect(world.strangers()).toBe(strangers)
    })
  })
}

/** Defines the tests of closed roots and file systems of an edition, for all ways of asking a root. */
export const closedRoots = (edition: RootEdition, ways: ReadonlyArray<RootWay>): void => {
  afterClosing(edition)
  outliving(edition)
  closedRoot(ways)
  interrupted(edition)
  many(edition)
}
