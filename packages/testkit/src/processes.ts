/** Processes in memory beside real ones: what a program learns of them, from procfs and through their roots, is the same. */
import { spawn } from "node:child_process"
import { chmodSync, copyFileSync, readFileSync, readlinkSync } from "node:fs"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { closing } from "./closing.js"
import type { OpenFileSystem, OpenRoot, PlainFileSystem, PlainTree } from "./edition.js"
import { PlainFailure } from "./edition.js"
import { without } from "./judges.js"
import { startIn } from "./namespace.js"
import { zombie } from "./processes/zombie.js"
import { temporary } from "./temporary.js"
import { materialize } from "./tree.js"

interface User {
  readonly uid: number
  readonly gid: number
}

export interface PlainProcess {
  readonly pid: number
  readonly mountNamespace: string
  readonly root?: string
  readonly command?: string
  readonly parent?: number
  readonly user?: User
  readonly startTime?: number
  readonly cgroup?: string
  readonly dumpable?: boolean
  readonly zombie?: boolean
  readonly ends?: { readonly steps?: number; readonly after?: number; readonly zombie?: boolean }
}

export interface PlainProcesses {
  readonly mountNamespaces: Readonly<Record<string, PlainTree>>
  readonly processes: ReadonlyArray<PlainProcess>
  readonly user?: User
}

/** What a program sees of the processes of a machine. */
export interface PlainMachine {
  /** `/proc` is in it. */
  readonly procfs: PlainFileSystem
  /** Rejects with the edition's own error, or one whose cause it is. */
  readonly open: (
    pid: number,
    options?: { readonly readOnly?: boolean; readonly containment?: "clamp" | "reject" | "beneath" }
  ) => Promise<OpenFileSystem>
  /** The same, only to resolve paths. */
  readonly openRoot: (pid: number) => Promise<OpenRoot>
  readonly close: () => Promise<void>
}

export interface MemoryMachine extends PlainMachine {
  readonly start: (process: PlainProcess) => Promise<void>
  readonly end: (pid: number, as?: "zombie") => Promise<void>
}

export interface ProcessEdition {
  readonly name: string
  readonly real: () => Promise<PlainMachine>
  readonly memory: (options: PlainProcesses) => Promise<MemoryMachine>
}

/** All that an error says, or the errno of a failed operation. */
const errorOf = (thrown: unknown): unknown => {
  if (thrown instanceof PlainFailure) return { failed: thrown.code }
  const error = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  return error instanceof Error ? { ...error, message: error.message } : error
}

const outcome = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    return await asked
  } catch (thrown) {
    return errorOf(thrown)
  }
}

/** The state of a process that waits may be that it runs for a moment. */
const sleeping = (state: string | undefined) => state === "R" ? "S" : state

/** What a program reads in `stat`; how many fields there are depends on the kernel. */
const parsedStat = (text: string) => {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return {
    name: text.slice(0, text.lastIndexOf(")") + 1),
    state: sleeping(fields[0]),
    parent: fields[1],
    startTime: fields[19],
    ends: text.endsWith("\n")
  }
}

const linesOf = (text: string, names: ReadonlyArray<string>) =>
  names.map((name) => new RegExp(`^${name}:\t.*$`, "m").exec(text)?.[0].replace("R (running)", "S (sleeping)"))

const statusLines = ["Name", "Tgid", "Pid", "PPid", "TracerPid", "Uid", "Gid", "State"]

const files = ["cgroup", "comm", "mountinfo", "stat", "status"]

const entries = [...files, "ns", "root"]

/** What procfs shows of a process. */
const seenIn = async (procfs: PlainFileSystem, pid: number): Promise<Readonly<Record<string, unknown>>> => {
  const place = (name: string) => `/proc/${pid}/${name}`
  const text = (name: string) => procfs.readFileString(place(name))
  const attributes = async (name: string) => {
    const { gid, mode, size, type, uid } = await procfs.stat(place(name))
    return { gid, mode, size, type, uid }
  }
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    "it is there": () => procfs.exists(`/proc/${pid}`),
    "it is listed": async () => (await procfs.readDirectory("/proc")).includes(String(pid)),
    "names": async () =>
      (await procfs.readDirectory(`/proc/${pid}`)).filter((name) => entries.includes(name)).toSorted(),
    "namespaces": async () => (await procfs.readDirectory(place("ns"))).includes("mnt"),
    "stat": async () => parsedStat(await text("stat")),
    "status": async () => linesOf(await text("status"), statusLines),
    "comm": () => text("comm"),
    // Other lines are of hierarchies that processes in memory do not have (`cgroups(7)`, version 1).
    "cgroup": async () => /^0::.*\n/m.exec(await text("cgroup"))?.[0] ?? "0::/\n",
    "has mounts": async () => / - /.test(await text("mountinfo")),
    "mount namespace": async () => (await procfs.readLink(place("ns/mnt"))).replace(/\d+/, "N"),
    "root": () => procfs.readLink(place("root")),
    "through the root": () => procfs.readFileString(place("root/etc/os-release")),
    "follows the root": () => procfs.realPath(place("root")),
    "a name that is not there": () => procfs.readFileString(place("none")),
    "a file is not a directory": () => procfs.readFileString(place("stat/")),
    "a link is read as a file": () => procfs.readLink(place("stat")),
    ...Object.fromEntries(["", "ns", ...files].map((name) => [`attributes of ${name}`, () => attributes(name)]))
  }
  const told: Record<string, unknown> = {}
  for (const [question, ask] of Object.entries(questions)) told[question] = await outcome(ask())
  return told
}

/** What a program finds behind the root of a process. */
const foundThrough = async ({ open }: PlainMachine, pid: number): Promise<unknown> =>
  outcome(closing(open(pid), async ({ fs, root }) => ({
    release: await outcome(fs.readFileString("/etc/os-release")),
    listed: (await fs.readDirectory("/etc")).toSorted(),
    missing: await outcome(fs.readFileString("/etc/none")),
    resolved: await root.resolve("/etc/os-release")
  })))

/** What is refused in a root that is opened with these options. */
const refusedIn = async ({ open }: PlainMachine, pid: number): Promise<unknown> =>
  outcome(closing(open(pid, { readOnly: true, containment: "reject" }), async ({ fs }) => ({
    changes: await outcome(fs.writeFile("/etc/new", new Uint8Array())),
    escapes: await outcome(fs.readFile("/../etc/os-release"))
  })))

const learned = async (machine: PlainMachine, pid: number) => ({
  procfs: await seenIn(machine.procfs, pid),
  root: await foundThrough(machine, pid),
  refused: await refusedIn(machine, pid),
  resolved: await outcome(closing(machine.openRoot(pid), ({ root }) => root.resolve("/etc/os-release")))
})

/** What only a real process has, so that one in memory can be it. */
const factsOf = (pid: number): Omit<PlainProcess, "mountNamespace"> => {
  const stat = parsedStat(readFileSync(`/proc/${pid}/stat`, "latin1"))
  const status = readFileSync(`/proc/${pid}/status`, "latin1")
  const idIn = (name: string) => Number(new RegExp(`^${name}:\t\\d+\t(\\d+)`, "m").exec(status)?.[1])
  const [cgroup = "/"] = /(?<=^0::).*$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "latin1")) ?? []
  return {
    pid,
    command: readFileSync(`/proc/${pid}/comm`, "latin1").slice(0, -1),
    parent: Number(stat.parent),
    startTime: Number(stat.startTime),
    user: { uid: idIn("Uid"), gid: idIn("Gid") },
    cgroup
  }
}

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

/** Only the caller's effective ids change, as those of a program that gives up its rights. */
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

/** Another user than the superuser, to whom nothing belongs. */
const NOBODY = 65_534

const besideReal = ({ memory, real }: ProcessEdition): void => {
  describe("processes in memory, beside real ones", () => {
    it.skipIf(without("mount")).each(["pivot_root", "chroot"] as const)("are looked into after %s", async (how) => {
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
          // The fixture mounts its root on itself, so that it has a mount also after `chroot`.
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

    it("are missing when they have ended", async () => {
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

    it("are zombies until somebody waits for them", async () => {
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

  describe.skipIf(without("root"))("processes in memory, beside real ones of other users", () => {
    const host = { "/etc/os-release": readFileSync("/etc/os-release", "utf8") }

    const nobody = { uid: NOBODY, gid: NOBODY }

    /** What a program of this user learns of a process. */
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
      while (!readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("sleep")) await new Promise(setImmediate)
      return { pid, [Symbol.dispose]: () => void child.kill("SIGKILL") }
    }

    it("may not be looked into", async () => {
      using child = await sleeper("sleep", { uid: 0, gid: 0 })
      expect(await compare(child.pid)).toMatchObject({ code: "EACCES" })
    })

    it("may be looked into by the superuser", async () => {
      using child = await sleeper("sleep", nobody)
      expect(await compare(child.pid, { user: { uid: 0, gid: 0 } })).toBe(host["/etc/os-release"])
    })

    it("may be looked into by their own user", async () => {
      using child = await sleeper("sleep", nobody)
      expect(await compare(child.pid)).toBe(host["/etc/os-release"])
    })

    it("may not be looked into by their own user in another group", async () => {
      using child = await sleeper("sleep", { uid: NOBODY, gid: NOBODY - 1 })
      expect(await compare(child.pid)).toMatchObject({ code: "EACCES" })
    })

    it("may not be looked into by their own user if they are protected", async () => {
      using directory = temporary()
      chmodSync(directory.path, 0o755)
      const program = `${directory.path}/sleep`
      copyFileSync("/bin/sleep", program)
      // Whoever may not read a program may not read the memory of a process that runs it either.
      chmodSync(program, 0o711)
      using child = await sleeper(program, nobody)
      expect(await compare(child.pid, { dumpable: false })).toMatchObject({ code: "EACCES" })
    })

    it("are zombies for everybody", async () => {
      for (const user of [nobody, { uid: 0, gid: 0 }]) {
        using dead = await zombie("sh", user)
        expect(await compare(dead.pid, { zombie: true })).toMatchObject({ code: "ESRCH" })
        expect(await compare(dead.pid, { zombie: true, dumpable: false })).toMatchObject({ code: "ESRCH" })
      }
    })
  })
}

const web = { "/etc/hostname": "web\n" }

const hostname = (machine: PlainMachine, pid: number) =>
  outcome(closing(machine.open(pid), ({ fs }) => fs.readFileString("/etc/hostname")))

const nameIn = async (machine: PlainMachine, pid: number) =>
  outcome(machine.procfs.readFileString(`/proc/${pid}/comm`).then((text) => text.trim()))

const inMemory = ({ memory }: ProcessEdition): void => {
  describe("processes in memory", () => {
    it("share the tree of their mount namespace, from the root of each", () =>
      closing(
        memory({
          mountNamespaces: { web: { ...web, "/srv/jail/etc/hostname": "jail\n" }, other: {} },
          processes: [
            { pid: 7, mountNamespace: "web" },
            { pid: 8, mountNamespace: "web", root: "/srv/jail" },
            { pid: 9, mountNamespace: "other" }
          ]
        }),
        async (machine) => {
          expect(await Promise.all([7, 8, 9].map((pid) => hostname(machine, pid)))).toEqual([
            "web\n",
            "jail\n",
            { failed: "ENOENT" }
          ])
          await closing(machine.open(8), ({ fs }) => fs.writeFile("/new", new Uint8Array(2)))
          await closing(machine.open(7), async ({ fs }) => expect((await fs.stat("/srv/jail/new")).size).toBe(2))
          const namespace = (pid: number) => machine.procfs.readLink(`/proc/${pid}/ns/mnt`)
          expect(await namespace(7)).toBe(await namespace(8))
          expect(await namespace(7)).not.toBe(await namespace(9))
        }
      ))

    it("are followed by others with the same number, and an open root stays", () =>
      closing(
        memory({
          mountNamespaces: { web, db: { "/etc/hostname": "db\n" } },
          processes: [
            { pid: 7, mountNamespace: "web", command: "nginx" },
            { pid: 7, mountNamespace: "db", command: "postgres" }
          ]
        }),
        async (machine) => {
          const startTime = async () => parsedStat(await machine.procfs.readFileString("/proc/7/stat")).startTime
          const before = await startTime()
          await closing(machine.open(7), async ({ fs }) => {
            await machine.end(7, "zombie")
            expect(await nameIn(machine, 7)).toBe("nginx")
            await machine.end(7)
            expect(await nameIn(machine, 7)).toBe("postgres")
            expect(await fs.readFileString("/etc/hostname")).toBe("web\n")
          })
          expect(await hostname(machine, 7)).toBe("db\n")
          expect(Number(await startTime())).toBeGreaterThan(Number(before))
          await machine.end(7)
          expect(await hostname(machine, 7)).toMatchObject({ code: "ESRCH" })
          await machine.start({ pid: 7, mountNamespace: "web", command: "caddy" })
          expect(await nameIn(machine, 7)).toBe("caddy")
        }
      ))

    it("end before any step", async () => {
      /** As a program does that lists containers: what it is, then what is in it. */
      const look = async (machine: PlainMachine) => [await nameIn(machine, 7), await hostname(machine, 7)]
      const ended: Array<ReadonlyArray<unknown>> = []
      for (let steps = 0; steps < 10; steps++) {
        const processes = [{ pid: 7, mountNamespace: "web", command: "nginx", ends: { steps } }]
        await closing(memory({ mountNamespaces: { web }, processes }), async (machine) => {
          ended.push(await look(machine))
        })
      }
      const seen = new Set(ended.map(([name, root]) => [JSON.stringify(name), typeof root].join(" ")))
      expect([...seen]).toEqual([
        "{\"failed\":\"ENOENT\"} object",
        "{\"failed\":\"ESRCH\"} object",
        "\"nginx\" object",
        "\"nginx\" string"
      ])
    })

    it("end as zombies, if nobody waits for them", () =>
      closing(
        memory({
          mountNamespaces: { web },
          processes: [{ pid: 7, mountNamespace: "web", ends: { steps: 0, zombie: true } }]
        }),
        async (machine) => {
          expect(await hostname(machine, 7)).toMatchObject({
            code: "ESRCH",
            message: expect.stringContaining("zombie")
          })
          expect(await machine.procfs.readFileString("/proc/7/stat")).toContain("(sh) Z 1 ")
        }
      ))

    it("end in time, and the next begins at that moment", () =>
      closing(
        memory({
          mountNamespaces: { web },
          processes: [
            { pid: 7, mountNamespace: "web", command: "a", ends: { after: 0 } },
            { pid: 7, mountNamespace: "web", command: "b", ends: { after: 0 } },
            { pid: 7, mountNamespace: "web", command: "c", ends: { after: 1e9 } }
          ]
        }),
        async (machine) => expect(await nameIn(machine, 7)).toBe("c")
      ))

    it("have names like any other", () =>
      closing(
        memory({
          mountNamespaces: { web },
          processes: [{ pid: 7, mountNamespace: "web", command: "a) S\\\nand 15 bytes" }]
        }),
        async ({ procfs }) => {
          expect(await procfs.readFileString("/proc/7/stat")).toMatch(/^7 \(a\) S\\\nand 15 by\) S 1 /)
          expect(await procfs.readFileString("/proc/7/status")).toMatch(/^Name:\ta\) S\\\\\\nand 15 by\n/)
        }
      ))

    it("cannot be changed through procfs", () =>
      closing(
        memory({ mountNamespaces: { web }, processes: [{ pid: 7, mountNamespace: "web" }] }),
        async ({ procfs }) => {
          const bytes = new Uint8Array(1)
          const refused = [
            procfs.writeFile("/proc/7/comm", bytes),
            procfs.remove("/proc/7/comm"),
            procfs.chmod("/proc", 0)
          ]
          expect(await Promise.all(refused.map(outcome))).toEqual(refused.map(() => ({ failed: "EROFS" })))
        }
      ))

    it("are refused if they are impossible", async () => {
      const impossible: ReadonlyArray<readonly [PlainProcess, RegExp]> = [
        [{ pid: 0, mountNamespace: "web" }, /0 cannot be a PID/],
        [{ pid: 7, mountNamespace: "wbe" }, /mount namespace that is not there: wbe/],
        [{ pid: 7, mountNamespace: "web", root: "/none" }, /cannot have the root \/none \(ENOENT\)/]
      ]
      for (const [process, message] of impossible) {
        await expect(memory({ mountNamespaces: { web }, processes: [process] })).rejects.toThrow(message)
      }
      const tree = { "/a": "", "/a/b": "" }
      await expect(memory({ mountNamespaces: { web: tree }, processes: [] })).rejects.toThrow(/mount namespace web/)
    })
  })
}

export const processes = (edition: ProcessEdition): void => {
  inMemory(edition)
  besideReal(edition)
}
