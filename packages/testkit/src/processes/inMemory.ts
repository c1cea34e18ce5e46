/** Tests of processes in memory alone: their namespaces, how they end, and which process follows. */
import { describe, expect, it } from "vitest"
import { closing } from "../closing.js"
import { outcome, parsedStat } from "./learn.js"
import type { PlainMachine, PlainProcess, ProcessEdition } from "./machine.js"

const web = { "/etc/hostname": "web\n" }

const hostname = (machine: PlainMachine, pid: number) =>
  outcome(closing(machine.open(pid), ({ fs }) => fs.readFileString("/etc/hostname")))

const nameIn = async (machine: PlainMachine, pid: number) =>
  outcome(machine.procfs.readFileString(`/proc/${pid}/comm`).then((text) => text.trim()))

export const inMemory = ({ memory }: ProcessEdition): void => {
  describe("processes in memory", () => {
    it("share the tree of their mount namespace, each with its own root", () =>
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

    it("are followed by others with the same PID, and an open root stays valid", () =>
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

    it("can end before each step of a program", async () => {
      /** Looks at the name of the process and then at a file in its root, like a program that lists containers. */
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

    it("end as zombies if their parent does not wait for them", () =>
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

    it("end at the given time, and the next one starts at that moment", () =>
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

    it("have names that are escaped and cut like those of real ones", () =>
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
        [{ pid: 7, mountNamespace: "wbe" }, /mount namespace that does not exist: wbe/],
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
