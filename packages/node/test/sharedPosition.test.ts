/**
 * A handle has no position of its own, but the one that the kernel keeps for the open file, as in Node. Other users of
 * its descriptor continue where the handle has stopped. So handles also work for files that have no positions.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync, spawnSync } from "node:child_process"
import { readSync, writeSync } from "node:fs"
import { describe, expect, it } from "vitest"

describe.each(["kernel", "walk"] as const)("the position of an open file: %s", (strategy) => {
  const inRoot = async (use: (promises: Awaited<ReturnType<typeof openRoot>>["promises"], path: string) => unknown) => {
    using directory = temporary()
    await using root = await openRoot(directory.path, { strategy })
    return await use(root.promises, directory.path)
  }

  it("is shared with a process that inherits it", async () => {
    const content = await inRoot(async (fs) => {
      const log = await fs.open("/log", "w")
      await log.write("first\n")
      spawnSync("echo", ["second"], { stdio: ["ignore", log.fd, "inherit"] })
      await log.appendFile("third\n")
      spawnSync("echo", ["fourth"], { stdio: ["ignore", log.fd, "inherit"] })
      await log.writev([Buffer.from("fif"), Buffer.from("th\n")])
      await log.close()
      return fs.readFile("/log", "utf8")
    })
    expect(content).toBe("first\nsecond\nthird\nfourth\nfifth\n")
  })

  it("is shared with the functions of node:fs", async () => {
    const read = await inRoot(async (fs) => {
      await fs.writeFile("/f", "0123456789")
      await using file = await fs.open("/f", "r+")
      const next = () => {
        const buffer = Buffer.alloc(2)
        return buffer.toString("utf8", 0, readSync(file.fd, buffer, 0, 2, null))
      }
      const parts = [String((await file.read(Buffer.alloc(1))).buffer), next()]
      await file.read(Buffer.alloc(3), 0, 3, 0)
      parts.push(next(), String((await file.readv([Buffer.alloc(1)])).buffers[0]))
      writeSync(file.fd, "ab")
      return [...parts, await file.readFile("utf8"), await fs.readFile("/f", "utf8")]
    })
    expect(read).toEqual(["0", "12", "34", "5", "89", "012345ab89"])
  })

  it("is that of a stream without a start", async () => {
    const [read, all] = await inRoot(async (fs) => {
      await fs.writeFile("/f", "0123456789")
      await using file = await fs.open("/f", "r+")
      writeSync(file.fd, "ab")
      const chunks: Array<string> = []
      const stream = file.createReadStream({ encoding: "utf8", end: 3, autoClose: false })
      for await (const chunk of stream) chunks.push(String(chunk))
      writeSync(file.fd, "cd")
      return [chunks.join(""), await fs.readFile("/f", "utf8")]
    }) as [string, string]
    expect([read, all]).toEqual(["2345", "ab2345cd89"])
  })

  it("is not needed for a fifo", async () => {
    const seen = await inRoot(async (fs, path) => {
      execFileSync("mkfifo", [`${path}/fifo`])
      await using file = await fs.open("/fifo", "r+")
      const { bytesWritten } = await file.write("ab")
      await file.writev([Buffer.from("cd"), Buffer.from("ef")])
      await file.writeFile("gh")
      const { buffer, bytesRead } = await file.read(Buffer.alloc(3))
      const { buffers } = await file.readv([Buffer.alloc(2), Buffer.alloc(3)])
      const positioned = await file.read(Buffer.alloc(1), 0, 1, 0).catch(({ code }: NodeJS.ErrnoException) => code)
      return [bytesWritten, bytesRead, String(buffer), buffers.map(String), positioned]
    })
    expect(seen).toEqual([2, 3, "abc", ["de", "fgh"], "ESPIPE"])
  })
})
