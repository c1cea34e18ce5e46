/** A file system that never responds: with `offMainThread`, functions with promises wait for it in other threads. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { startFuse } from "@procfsroot/testkit/fuse"
import * as Program from "@procfsroot/vfs/Program"
import { once } from "node:events"
import { readdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { setTimeout } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { open } from "../src/internal/root.js"
import { make } from "../src/internal/thread/remote.js"
import { rejection } from "./rejection.js"

const closing = onlyOnNode("only Node reports every error of close(2)")

describe.skipIf(without("fuse"))("a file system that never responds", () => {
  it("holds up only the calls that use it", async () => {
    const waiting: Array<Promise<unknown>> = []
    {
      await using fuse = await startFuse()
      await using root = await openRoot(fuse.path, { offMainThread: true })
      const { directory, promises } = root
      let ended = 0
      const calls = [
        promises.stat("/hangLookup"),
        promises.open("/hangOpen"),
        // Not with O_CREAT, for which the kernel locks the directory against other lookups.
        promises.writeFile("/hangOpen", "x", { flag: "r+" }),
        promises.copyFile("/hangOpen", "/copy"),
        promises.truncate("/hangLookup"),
        promises.readdir("/hangList"),
        directory.lstat("/hangLookup"),
        directory.getExtendedAttribute("/hangLookup", "user.a"),
        root.subRoot("/hangLookup")
      ]
      for (const call of calls) waiting.push(rejection(call.finally(() => ended++)))
      // The event loop goes on, and so do other calls.
      expect((await promises.stat("/file")).isFile()).toBe(true)
      expect(await promises.readdir("/untyped")).toContain("plain")
      const { size } = await directory.stat("/file")
      expect((await promises.readFile("/file")).length).toBe(Number(size))
      await using file = await promises.open("/file")
      expect((await file.stat()).isFile()).toBe(true)
      expect(ended).toBe(0)
      // A signal ends the wait at once.
      const signal = AbortSignal.timeout(50)
      expect(await rejection(promises.readFile("/hangOpen", { signal }))).toMatchObject({ name: "TimeoutError" })
    }
    for (const error of await Promise.all(waiting)) expect(error).toHaveProperty("code")
  })

  it("does not repeat what was sent with a call that hangs, and was then done in another thread", async () => {
    await using fuse = await startFuse()
    await using root = await openRoot(dirname(fuse.path), { offMainThread: true })
    const hanging = rejection(root.promises.stat("/fuse/hangLookup"))
    await Promise.all(["/a", "/b", "/c"].map((path) => root.promises.appendFile(path, "x")))
    process.kill(fuse.pid, "SIGKILL")
    expect(await hanging).toHaveProperty("code")
    // Time for the thread that has been held up to do more than it should.
    await setTimeout(100)
    const texts = ["/a", "/b", "/c"].map((path) => root.sync.readFileSync(path, "utf8"))
    expect(texts).toEqual(["x", "x", "x"])
  })

  it.each(["auto", "none"] as const)(
    "is not asked by the main thread when a root is opened, native: %s",
    async (native) => {
      await using fuse = await startFuse()
      await using root = await openRoot(fuse.path, { offMainThread: true, native })
      await using inner = await root.subRoot("/untyped")
      expect(await inner.promises.readdir("/")).toContain("plain")
      const askers = async () => (await root.promises.readFile("/askers", "utf8")).split(" ")
      expect(await askers()).not.toContain(String(process.pid))
      statSync(fuse.path)
      expect(await askers()).toContain(String(process.pid))
    }
  )

  it.skipIf(without(closing))(
    "does not hold up the close of a file for long, unless something was written",
    async () => {
      let closing: Promise<unknown>
      {
        await using fuse = await startFuse()
        await using root = await openRoot(fuse.path, { offMainThread: true })
        const read = await root.promises.open("/hangClose")
        const streamed = await root.promises.open("/hangClose")
        const written = await root.promises.open("/hangClose", "r+")
        await written.write("x")
        let isClosed = false
        closing = rejection(written.close().finally(() => isClosed = true))
        const others = Promise.all([read.close(), once(streamed.createReadStream().resume(), "close")])
        expect(await Promise.race([others, setTimeout(4_000, "they hang")])).not.toBe("they hang")
        expect(isClosed).toBe(false)
      }
      expect(await closing).toHaveProperty("code")
    }
  )

  it("keeps a closed file open for a read that was given up, and its root as well", async () => {
    const before = await atRest()
    {
      await using fuse = await startFuse()
      const handle = open(fuse.path)
      const fs = make(handle)
      const file = await Program.runPromise(Program.sync(() => fs.open("/hangRead", "r", 0)))
      const descriptors = [file.file, handle.value.pinned.fd].map(String)
      const later = new AbortController()
      const reading = rejection(Program.runPromise(file.read(new Uint8Array(1)), later.signal))
      // It is sent together with the read, so the read has begun when this ends.
      await Program.runPromise(Program.sync(() => fs.stat("/file")))
      later.abort()
      expect(await reading).toMatchObject({ name: "AbortError" })
      await Program.runPromise(file.close())
      handle.close()
      expect(readdirSync("/proc/self/fd")).toEqual(expect.arrayContaining(descriptors))
    }
    expect(await settled(before)).toBe(before)
  })
})
