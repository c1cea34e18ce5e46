/** Creating files as another user, where the kernel lets the user of the process create none. */
import { type OpenRoot, openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { bundled } from "@procfsroot/testkit/bundle"
import { userNamespaces, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { startInUserNamespace } from "@procfsroot/testkit/userNamespace"
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

const FIRST = 100_000

const createAs = { uid: FIRST + 1, gid: FIRST + 2 }

/** The ids and capabilities of every thread of this process. */
const credentials = (): ReadonlyArray<string> =>
  Fs.readdirSync("/proc/self/task").map((thread) =>
    Fs.readFileSync(`/proc/self/task/${thread}/status`, "utf8").replace(/^(?!Uid|Gid|Cap).*\n/gm, "")
  )

/** A directory in which the mount has only the ids of a user namespace. */
const mounted = async () => {
  const directory = temporary()
  const process = await startInUserNamespace(FIRST)
  process.run("mount", "-t", "tmpfs", "-o", "mode=755", "none", directory.path)
  return {
    ...process,
    inner: directory.path,
    [Symbol.asyncDispose]: async () => {
      await process[Symbol.asyncDispose]()
      directory[Symbol.dispose]()
    }
  }
}

describe.skipIf(without(userNamespaces, "root", "koffi"))("files created as another user", () => {
  const opened = async (pid: number, inner: string, options: Options): Promise<OpenRoot> => {
    await using root = await openRoot({ pid }, options)
    return await root.subRoot(inner)
  }

  it("do without it fail with EOVERFLOW, also for root", async () => {
    await using container = await mounted()
    await using root = await opened(container.pid, container.inner, {})
    expect(await rejection(root.promises.writeFile("/f", ""))).toMatchObject({ code: "EOVERFLOW" })
  })

  it.each([false, true])("belong to that user (offMainThread: %s)", async (offMainThread) => {
    await using container = await mounted()
    const before = new Set(credentials())
    await using root = await opened(container.pid, container.inner, { createAs, offMainThread })
    const { directory, promises } = root
    await promises.writeFile("/f", "content")
    await promises.appendFile("/appended", "content")
    await promises.mkdir("/d/e", { recursive: true })
    await promises.symlink("f", "/link")
    await promises.link("/f", "/second")
    await promises.rename("/second", "/d/renamed")
    await promises.copyFile("/f", "/copied")
    await promises.cp("/d", "/tree", { recursive: true })
    await directory.makeNode("/fifo", { type: "FIFO" })
    await directory.writeFileAtomic("/atomic", "content")
    await directory.rename("/copied", "/moved", { mode: "noreplace" })
    const names = ["/f", "/appended", "/d", "/d/e", "/link", "/d/renamed", "/tree", "/fifo", "/atomic", "/moved"]
    for (const name of names) {
      const { gid, uid } = await promises.lstat(name)
      expect([name, uid, gid]).toEqual([name, createAs.uid, createAs.gid])
    }
    expect(await promises.readFile("/d/renamed", "utf8")).toBe("content")
    expect(credentials().filter((of) => !before.has(of))).toEqual([])
  })

  it("can be created where only root may write, since the process keeps its capabilities", async () => {
    await using container = await mounted()
    await using root = await opened(container.pid, container.inner, { createAs })
    await root.promises.chown("/", FIRST + 7, FIRST + 7)
    await root.promises.writeFile("/f", "")
    expect(await root.promises.stat("/f")).toMatchObject(createAs)
    await root.promises.mkdir("/d", 0o700)
    await root.promises.chown("/d", FIRST + 8, FIRST + 8)
    root.sync.writeFileSync("/d/f", "")
    expect(root.sync.statSync("/d/f")).toMatchObject(createAs)
  })

  it("belong to that user even if any user could create them", async () => {
    using place = temporary()
    await using root = await openRoot(place.path, { createAs })
    await root.promises.writeFile("/f", "")
    root.sync.writeFileSync("/g", "", { flag: "wx" })
    for (const name of ["/f", "/g"]) expect(Fs.statSync(`${place.path}${name}`)).toMatchObject(createAs)
  })

  it("need an id there as well, and a failed call leaves the process as it was", async () => {
    await using container = await mounted()
    const before = new Set(credentials())
    await using root = await opened(container.pid, container.inner, { createAs: { uid: 7, gid: 7 } })
    expect(await rejection(root.promises.mkdir("/d"))).toMatchObject({
      code: "EOVERFLOW",
      syscall: "mkdir",
      path: "/d"
    })
    expect(credentials().filter((of) => !before.has(of))).toEqual([])
  })

  it("cannot be created without native calls, but other operations work", async () => {
    using place = temporary()
    Fs.writeFileSync(`${place.path}/f`, "content")
    await using root = await openRoot(place.path, { createAs, native: "none" })
    expect(await rejection(root.promises.mkdir("/d"))).toMatchObject({ code: "ENOTSUP" })
    expect(await rejection(root.promises.writeFile("/new", ""))).toMatchObject({ code: "ENOTSUP" })
    await root.promises.writeFile("/f", "new")
    await root.promises.unlink("/f")
    expect(Fs.readdirSync(place.path)).toEqual([])
  })
})

const runProgram = async (directory: string, prefix: ReadonlyArray<string>, ...more: ReadonlyArray<string>) => {
  const program = await bundled(new URL("./programs/createAs.ts", import.meta.url))
  const [command = "", ...args] = [...prefix, process.execPath, program, directory, ...more]
  const { stderr, stdout } = spawnSync(command, args, { encoding: "utf8" })
  return [...stdout.trimEnd().split("\n"), stderr]
}

it.skipIf(without("koffi")).each(["-setuid", "-setgid", "-setuid,-setgid"])(
  "creating files as another user needs capabilities: %s",
  async (dropped) => {
    using directory = temporary()
    const unprivileged = ["setpriv", "--bounding-set", dropped, "--inh-caps", "-all"]
    expect(await runProgram(directory.path, process.getuid?.() === 0 ? unprivileged : []))
      .toEqual(["EPERM: operation not permitted, mkdir '/d'", "unchanged", ""])
    expect(Fs.readdirSync(directory.path)).toEqual([])
  }
)

it.skipIf(without("koffi", "root")).each(["dumpable", "undumpable"])(
  "creating files as another user leaves the process as it was: %s",
  async (dumpable) => {
    using directory = temporary()
    Fs.chmodSync(directory.path, 0o777)
    expect(await runProgram(directory.path, [], dumpable)).toEqual(["created", "unchanged", ""])
    expect(Fs.statSync(`${directory.path}/d`)).toMatchObject({ uid: 1, gid: 1 })
  }
)

it.skipIf(without("koffi", "root"))("files can be created as the user and group with the largest ids", async () => {
  using place = temporary()
  const largest = { uid: 2 ** 32 - 2, gid: 2 ** 32 - 2 }
  await using root = await openRoot(place.path, { createAs: largest })
  await root.promises.writeFile("/f", "")
  expect(Fs.statSync(`${place.path}/f`)).toMatchObject(largest)
})

it.each([-1, 2 ** 32 - 1, 1.5, NaN])("the user %s is refused", async (uid) => {
  using place = temporary()
  await expect(openRoot(place.path, { createAs: { uid, gid: 0 } })).rejects
    .toThrow(new RangeError(`createAs.uid must be a whole number from 0 to 4294967294, not ${uid}`))
})
