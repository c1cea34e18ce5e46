/** Tests with running processes and containers. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { judge, without } from "@procfsroot/testkit/judges"
import { type Entering, startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { list } from "../../src/containers/find.js"
import { CannotPin, pin } from "../../src/containers/pin.js"

const find = async (pid: number) => {
  const found = (await list()).find((container) => container.pid === pid)
  if (found === undefined) throw new Error(`there is no container with the PID ${pid}`)
  return found
}

const failureOf = async (pending: Promise<unknown>): Promise<unknown> => {
  try {
    return await pending
  } catch (error) {
    return error
  }
}

describe.skipIf(without("mount"))("a mount namespace without a runtime", () => {
  it.for(["pivot_root", "chroot"] satisfies ReadonlyArray<Entering>)(
    "is found and opened after %s",
    async (entering) => {
      using directory = temporary()
      writeFileSync(`${directory.path}/who`, "the process\n")
      await using child = await startIn(directory.path, entering)
      const found = await find(child.pid)
      expect(found).toMatchObject({ runtime: "namespace", processes: 1, unreadable: [] })
      expect(found.imageRoot).toBe(undefined)
      await using pinned = await pin(found)
      await using root = await openRoot(pinned.path)
      expect(await root.promises.readFile("/who", "utf8")).toBe("the process\n")
    }
  )

  it("is not opened with the start time of another process", async () => {
    using directory = temporary()
    await using child = await startIn(directory.path, "chroot")
    const { pid, startTime } = await find(child.pid)
    const descriptors = await atRest()
    expect(await failureOf(pin({ pid, startTime: startTime - 1 }))).toMatchObject({
      name: "CannotPin",
      code: "ESRCH",
      message: `The process ${pid} has ended, and another process has its PID now; run the command again (ESRCH).`
    })
    expect(await settled(descriptors)).toBe(descriptors)
  })

  it("cannot be opened after its process has ended", async () => {
    using directory = temporary()
    const child = await startIn(directory.path, "chroot")
    const found = await find(child.pid)
    await using pinned = await pin(found)
    await child.stop()
    expect(await failureOf(readFile(`${pinned.path}/etc/passwd`))).toMatchObject({
      code: expect.stringMatching(/^E(NOENT|SRCH)$/)
    })
    const failure = await failureOf(pin(found))
    expect(failure).toBeInstanceOf(CannotPin)
    expect(failure).toMatchObject({
      message: `The process ${child.pid} has ended since it was found; run the command again (ENOENT).`
    })
  })
})

describe.skipIf(without("root", "chroot"))("a chroot", () => {
  /** Starts a program of Node that changes its root to `directory` and writes `ready`. */
  const chrooted = async (directory: string, more = ""): Promise<ChildProcess> => {
    const from = `import koffi from "koffi"
      import { writeSync } from "node:fs"
      const libc = koffi.load(null)
      const exitThread = libc.func("long syscall(long number, long status)")
      libc.func("int chroot(str)")(process.argv[1])
      process.stdin.resume()
      writeSync(1, "ready")
      ${more}`
    const child = spawn(process.execPath, ["--input-type=module", "--eval", from, directory], {
      cwd: new URL("../../../testkit", import.meta.url),
      stdio: ["pipe", "pipe", "inherit"]
    })
    await once(child.stdout, "data")
    return child
  }

  it("in the mount namespace of the host is listed as a root", async () => {
    using directory = temporary()
    const child = await chrooted(directory.path)
    const found = await find(child.pid ?? 0)
    child.kill("SIGKILL")
    expect(found).toMatchObject({ runtime: "chroot", imageRoot: directory.path, processes: 1, unreadable: [] })
  })

  const exit: { readonly [arch: string]: number | undefined } = { x64: 60, arm64: 93 }
  const number = exit[process.arch]
  const known = judge(() => number === undefined ? `the number of exit(2) is not known on ${process.arch}` : undefined)

  it.skipIf(without(known))(
    "of a process whose first thread has ended is listed, and can be opened",
    async () => {
      using directory = temporary()
      writeFileSync(`${directory.path}/who`, "the process\n")
      const child = await chrooted(directory.path, `exitThread(${number}, 0)`)
      try {
        await expect.poll(() => readFile(`/proc/${child.pid}/stat`, "latin1")).toMatch(/^\d+ \(.*\) Z /)
        const found = (await list()).find(({ imageRoot }) => imageRoot === directory.path)
        if (found === undefined) throw new Error("the process is not listed")
        expect(found).toMatchObject({ runtime: "chroot", processes: 1, unreadable: [] })
        await using pinned = await pin(found)
        expect(await readFile(`${pinned.path}/who`, "utf8")).toBe("the process\n")
      } finally {
        child.kill("SIGKILL")
      }
    }
  )
})

describe("the host", () => {
  it("is listed exactly once, and roots are sorted by PID", async () => {
    const found = await list()
    expect(found.filter(({ runtime }) => runtime === "host")).toHaveLength(1)
    expect(found.map(({ pid }) => pid)).toEqual(found.map(({ pid }) => pid).toSorted((a, b) => a - b))
  })
})
