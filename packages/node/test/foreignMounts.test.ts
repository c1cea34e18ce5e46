/** Mount points in another mount namespace, which the kernel itself does not protect: removing one would end the mount. */
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type OpenRoot, openRoot } from "../src/index.js"
import { rejection } from "./rejection.js"

const script = "mount --bind \"$0/mounted/f\" \"$0/root/d/file\" && mount --bind \"$0/mounted\" \"$0/root/d/m\" && " +
  "echo && exec cat"

/** A directory of a process in which a file and a directory are mounted, but only for this process. */
const mounted = async () => {
  const directory = temporary()
  materialize(directory.path, [
    { path: "/mounted/f", type: "file" },
    { path: "/root/d/a", type: "file" },
    { path: "/root/d/file", type: "file" },
    { path: "/root/d/m", type: "dir" }
  ])
  const [unshare = "", ...args] = mounting
  const child = spawn(unshare, [...args, "sh", "-c", script, directory.path], { stdio: ["pipe", "pipe", "inherit"] })
  await once(child.stdout, "data")
  const points = () =>
    readFileSync(`/proc/${child.pid}/mountinfo`, "utf8").split("\n")
      .map((line) => line.split(" ")[4])
      .filter((point) => point?.startsWith(`${directory.path}/`))
      .map((point) => point?.slice(directory.path.length))
  return {
    path: `/proc/${child.pid}/root${directory.path}/root`,
    points,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
      directory[Symbol.dispose]()
    }
  }
}

const calls: Readonly<Record<string, (root: OpenRoot.OpenRoot) => Promise<unknown>>> = {
  "unlink of a file": ({ promises }) => promises.unlink("/d/file"),
  "rmdir of a directory": ({ promises }) => promises.rmdir("/d/m"),
  "rename of a file": ({ promises }) => promises.rename("/d/file", "/d/new"),
  "rename of a directory": ({ promises }) => promises.rename("/d/m", "/new"),
  "rename to a file": ({ promises }) => promises.rename("/d/a", "/d/file"),
  "exchange of files": ({ directory }) => directory.rename("/d/a", "/d/file", { mode: "exchange" })
}

describe.skipIf(without("mount")).each(["kernel", "walk"] as const)("with mounts: forbid: %s", (strategy) => {
  it.each(Object.entries(calls))("%s fails for a mount point of another namespace", async (_, call) => {
    await using process = await mounted()
    await using root = await openRoot(process.path, { mounts: "forbid", strategy })
    expect(await rejection(call(root))).toMatchObject({ code: "EBUSY" })
    expect(process.points()).toEqual(["/root/d/file", "/root/d/m"])
  })

  it("rm leaves mount points of another namespace, and removes everything else", async () => {
    await using process = await mounted()
    await using root = await openRoot(process.path, { mounts: "forbid", strategy })
    expect(await rejection(root.promises.rm("/d", { recursive: true }))).toMatchObject({ code: "EBUSY" })
    expect(process.points()).toEqual(["/root/d/file", "/root/d/m"])
    expect(await root.promises.readdir("/d")).toEqual(["file", "m"])
  })

  it("names that do not exist yet can be renamed to", async () => {
    await using process = await mounted()
    await using root = await openRoot(process.path, { mounts: "forbid", strategy })
    await root.promises.rename("/d/a", "/d/b")
    expect((await root.promises.readdir("/d")).toSorted()).toEqual(["b", "file", "m"])
  })
})
