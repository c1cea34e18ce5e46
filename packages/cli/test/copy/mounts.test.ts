/** Copies onto mount points of a container. The kernel protects only those of the mount namespace of this process. */
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { run } from "../command.js"
import { archive } from "../tar/library.js"

const script = "mount --bind \"$0/mounted\" \"$0/to/file\" && echo && exec cat"

/** A process that sees the file `mounted` as `to/file`. */
const start = async ({ path }: Temporary) => {
  Fs.mkdirSync(`${path}/to`)
  for (const name of ["mounted", "to/file", "to/other", "file", "other"]) Fs.writeFileSync(`${path}/${name}`, name)
  const [unshare = "", ...args] = mounting
  const child = spawn(unshare, [...args, "sh", "-c", script, path], { stdio: ["pipe", "pipe", "inherit"] })
  await once(child.stdout, "data")
  return {
    to: `pid:${child.pid}:${path}/to`,
    isMounted: () => Fs.readFileSync(`/proc/${child.pid}/mountinfo`, "utf8").includes(` ${path}/to/file `),
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    }
  }
}

const why = "a mount point is in its place (EBUSY)"

describe.skipIf(without("mount"))("a file that is mounted in a container", () => {
  it("is not replaced by a copy, and other files are", async () => {
    using directory = temporary()
    const { path } = directory
    await using container = await start(directory)
    const refused = { status: 1, stderr: `${path}/file was not copied: ${why}.\n` }
    expect(run(["cp", "--dry-run", `${path}/file`, `${path}/other`, container.to])).toMatchObject({
      ...refused,
      stdout: Buffer.from(`${path}/other\n`)
    })
    expect(run(["cp", `${path}/file`, `${path}/other`, container.to])).toMatchObject(refused)
    expect(container.isMounted()).toBe(true)
    expect(Fs.readdirSync(`${path}/to`)).toEqual(["file", "other"])
    expect(Fs.readFileSync(`${path}/to/other`, "utf8")).toBe("other")
  })

  it("is not replaced by a file with several names, and the file is copied under the others", async () => {
    using directory = temporary()
    const { path } = directory
    await using container = await start(directory)
    Fs.linkSync(`${path}/file`, `${path}/second`)
    expect(run(["cp", `${path}/file`, `${path}/second`, container.to])).toMatchObject({
      status: 1,
      stderr: `${path}/file was not copied: ${why}.\n`
    })
    expect(container.isMounted()).toBe(true)
    expect(Fs.readFileSync(`${path}/to/second`, "utf8")).toBe("file")
  })

  it("is not replaced by a file or a directory of an archive", async () => {
    using directory = temporary()
    await using container = await start(directory)
    const archives = [await archive([{ name: "file" }, "new"]), await archive([{ name: "file", type: "directory" }])]
    for (const bytes of archives) {
      const refused = { status: 1, stderr: `file was not copied: ${why}.\n` }
      expect(run(["cp", "--dry-run", "-", container.to], bytes)).toMatchObject(refused)
      expect(run(["cp", "-", container.to], bytes)).toMatchObject(refused)
      expect(container.isMounted()).toBe(true)
    }
    expect(Fs.readdirSync(`${directory.path}/to`)).toEqual(["file", "other"])
  })
})
