/** Roots and their file system without Effect. */
import * as FileSystem from "@procfsroot/node/FileSystem"
import * as Root from "@procfsroot/node/Root"
import * as Policy from "@procfsroot/path/Policy"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Walk from "@procfsroot/path/Walk"
import * as Program from "@procfsroot/vfs/Program"
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const walking: Root.Options = { bind: () => ({ openat2: undefined, reason: "a test asks for the walk" }) }

const box = () => {
  const directory = temporary()
  mkdirSync(`${directory.path}/etc`)
  writeFileSync(`${directory.path}/etc/motd`, "hello")
  symlinkSync("/etc", `${directory.path}/link`)
  return directory
}

describe.each([["by openat2, if it is there", {}], ["by the walk", walking]])(
  "a root %s",
  (_, options: Root.Options) => {
    it("resolves, reads and writes inside", async () => {
      using directory = box()
      const root = Root.open(directory.path, options)
      const fs = FileSystem.make(root)
      expect(root.value.resolve("/link/../link/motd", Policy.make())).toSatisfy((found) =>
        found === "/etc/motd" || found._tag === "Resolved"
      )
      expect(new TextDecoder().decode(await Program.runPromise(fs.readFile("/link/motd")))).toBe("hello")
      await Program.runPromise(fs.copy("/etc", "/copy"))
      await expect(Program.runPromise(fs.readFile("/nope"))).rejects.toMatchObject({ code: "ENOENT", syscall: "open" })
      root.close()
      expect(() => fs.stat("/etc")).toThrow(expect.objectContaining({ code: "EBADF" }))
      expect(readdirSync(directory.path).toSorted()).toEqual(["copy", "etc", "link"])
    })

    it("opens in another thread, and leaves nothing open if it is given up", async () => {
      using directory = box()
      const open = () => Root.openOffThread(directory.path, options)
      const opened = await Program.runPromise(open()[Symbol.iterator]())
      const { walk } = Root.offThread(opened)
      const outcome = await Program.runPromise(walk("/link/motd", Policy.make())[Symbol.iterator]())
      expect(outcome).toMatchObject({ _tag: "Resolved", kind: "Other" })
      expect(Walk.hops(outcome.trace)).toMatchObject([{ link: "/link", target: "/etc" }])
      opened.close()
      const before = await atRest()
      const giveUp = open().begin(() => expect.unreachable())
      giveUp?.()
      expect(await settled(before)).toBe(before)
    })

    it("reports why it cannot be opened", () => {
      expect(() => Root.open("/nowhere", options)).toThrow(
        expect.objectContaining({ _tag: "Unavailable", code: "ENOENT" })
      )
      expect(() => Root.open("/no\0where", options)).toThrow(expect.objectContaining({ code: "EINVAL" }))
    })
  }
)

it("an aborted program rejects with the signal's reason, and leaves nothing open", async () => {
  using directory = box()
  for (let i = 0; i < 3_000; i++) writeFileSync(`${directory.path}/etc/${i}`, "")
  const root = Root.open(directory.path)
  const before = await atRest()
  const reason = new Error("enough")
  const signal = AbortSignal.abort(reason)
  await expect(Program.runPromise(FileSystem.make(root).copy("/etc", "/copy"), signal)).rejects.toBe(reason)
  expect(await settled(before)).toBe(before)
  root.close()
})
