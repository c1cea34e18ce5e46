/** Compares what a program learns about processes in memory and about real ones. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, copyFileSync, readFileSync, readlinkSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import type { PlainTree } from "../edition.js"
import { without } from "../judges.js"
import { startIn } from "../namespace.js"
import { temporary } from "../temporary.js"
import { materialize } from "../tree.js"
import { factsOf, learned, outcome, seenIn } from "./learn.js"
import type { PlainMachine, PlainProcess, ProcessEdition, User } from "./machine.js"
import { zombie } from "./zombie.js"
import { nextTurn } from "../nextTurn.js"

const spec = [
  { path: "/usr/lib/os-release", type: "file" },
  { path: "/etc/os-release", type: "symlink", target: "/usr/lib/os-release" }
] as const

const tree = (directory: string): PlainTree => ({
  [`${directory}/usr/lib/os-release`]: "content of /usr/lib/os-release\n",
  [`${directory}/etc/os-release`]: {
    type: "SymbolicLink",
    target: "/usr/lib/os-release",
    uid: 0,
    gid: 0,
    mtime: new Date(0)
  }
})

/** Runs as another user. Only the effective ids change, as in a program that drops its privileges. */
const as = async <A>({ gid, uid }: User, run: () => Promise<A>): Promise<A> => {
  process.setegid?.(gid)
  process.seteuid?.(uid)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }

/** A user who owns no files. */
const NOBODY = 65_534

export const besideReal = ({ memory, real }: ProcessEdition): void => {
  describe("processes in memory, compared with real ones", () => {
    it.skipIf(without("mount")).each(["pivot_root", "chroot"] as const)("show the same after %s", async (how) => {
      using directory = temporary()
      materialize(directory.path, [...spec])
      await using child = await startIn(directory.path, how)
      const { pid } = child
      const root = readlinkSync(`/proc/${pid}/root`)
      const options = {
        mountNamespaces: { inner: tree(root === "/" ? "" : root) },
        processes: [{ ...factsOf(pid), mountNamespace: "inner", root }],
        user: own
      }
      await closing(real(), (judge) =>
        closing(memory(options), async (machine) => {
          const { procfs, ...others } = await learned(machine, pid)
          const expected = await learned(judge, pid)
          // The child mounts its root on itself, so it has a mount even after `chroot`.
          expect({ ...procfs, "has mounts": true }).toEqual({ ...expected.procfs, "has mounts": true })
          expect({ ...expected, ...others }).toEqual(expected)
          expect(others).toMatchObject({
            root: { release: "content of /usr/lib/os-release\n" },
            refused: { changes: { failed: "EROFS" }, escapes: { failed: "EXDEV" } },
            resolved: { ok: "/usr/lib/os-release" }
          })
          await closing(judge.procfs.open(`/proc/${pid}/stat`), (file) =>
            closing(machine.procfs.open(`/proc/${pid}/stat`), async (fake) => {
              await child.stop()
              await machine.end(pid)
              const read = (one: typeof file) =>
                outcome(one.readAlloc(10))
              expect(await read(fake)).toEqual(await read(file))
              expect(await read(fake)).toEqual({ failed: "ESRCH" })
            }))
          expect(await learned(machine, pid)).toEqual(await learned(judge, pid))
        }))
    })

    it("do not exist after they have ended", async () => {
      const child = spawn("true")
      const pid = child.pid ?? 0
      await once(child, "exit")
      await closing(
        real(),
        (judge) =>
          closing(memory({ mountNamespaces: { host: {} }, processes: [] }), async (machine) => {
            const none = [pid, 0, -1, 1.5, Number.NaN]
            for (const one of none) {
              expect(await learned(machine, one)).toEqual(await learned(judge, one))
            }
          })
      )
    })

    it("are zombies until their parent waits for them", async () => {
      using dead = await zombie()
      const { pid } = dead
      const options = {
        mountNamespaces: { host: {} },
        processes: [{ ...factsOf(pid), mountNamespace: "host", zombie: true }],
        user: own
      }
      await closing(real(), (judge) =>
        closing(memory(options), async (machine) => {
          expect(await learned(machine, pid)).toEqual(await learned(judge, pid))
          expect(await learned(machine, pid)).toMatchObject({ root: { code: "ESRCH" } })
        }))
    })
  })

  describe.skipIf(without("root", "ownProcess"))("processes in memory, compared with real ones of other users", () => {
    const host = { "/etc/os-release": readFileSync("/etc/os-release", "utf8") }

    const nobody = { uid: NOBODY, gid: NOBODY }

    /** Compares what a program of this user learns about a process. */
    const compare = async (pid: number, { user = nobody, ...facts }: Partial<PlainProcess> = {}) => {
      const options = {
        mountNamespaces: { host },
        processes: [{ ...factsOf(pid), mountNamespace: "host", ...facts }],
        user
      }
      return await closing(real(), (judge) =>
        closing(memory(options), async (machine) => {
          const expected = await as(user, () => seenIn(judge.procfs, pid))
          expect(await seenIn(machine.procfs, pid)).toEqual(expected)
          const release = (of: PlainMachine) =>
            outcome(closing(of.open(pid), ({ fs }) => fs.readFileString("/etc/os-release")))
          const found = await release(machine)
          expect(found).toEqual(await as(user, () => release(judge)))
          return found
        }))
    }

    const sleeper = async (program: string, user: User) => {
      const child = spawn(program, ["60"], { ...user, stdio: "ignore" })
      const pid = child.pid ?? 0
      await once(child, "spawn")
      while (!readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("sleep")) await nextTurn()
      return { pid, [Symbol.dispose]: () => void child.kill("SIGKILL") }
    }

    it("cannot be opened by another user", async () => {
      using child = await sleeper("sleep", { uid: 0, gid: 0 })
      expect(await compare(child.pid)).toMatchObject({ code: "EACCES" })
    })

    it("can be opened by the superuser", async () => {
      using child = await sleeper("sleep", nobody)
      expect(await compare(child.pid, { user: { uid: 0, gid: 0 } })).toBe(host["/etc/os-release"])
    })

    it("can be opened by their own user", async () => {
      using child = await sleeper("sleep", nobody)
      expect(await compare(child.pid)).toBe(host["/etc/os-release"])
    })

    it("cannot be opened by their own user in another group", async () => {
      using child = await sleeper("sleep", { uid: NOBODY, gid: NOBODY - 1 })
      expect(await compare(child.pid)).toMatchObject({ code: "EACCES" })
    })

    it("cannot be opened by their own user if they are not dumpable", async () => {
      using directory = temporary()
      chmodSync(directory.path, 0o755)
      const program = `${directory.path}/sleep`
      copyFileSync("/bin/sleep", program)
      // A user who cannot read a program cannot read the memory of a process that runs it either.
      chmodSync(program, 0o711)
      using child = await sleeper(program, nobody)
      expect(await compare(child.pid, { dumpable: false })).toMatchObject({ code: "EACCES" })
    })

    it("are zombies for all users", async () => {
      for (const user of [nobody, { uid: 0, gid: 0 }]) {
        using dead = await zombie("sh", user)
        expect(await compare(dead.pid, { zombie: true })).toMatchObject({ code: "ESRCH" })
        expect(await compare(dead.pid, { zombie: true, dumpable: false })).toMatchObject({ code: "ESRCH" })
      }
    })
  })
}
