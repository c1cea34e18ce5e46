/** Tests which processes are recognized as one container, and which only claim to belong to one. */
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type Container, list } from "../../src/containers/find.js"
import { Records } from "../../src/containers/names.js"
import { parseStat } from "../../src/containers/processes.js"
import { Unusable } from "../../src/failure.js"
import { id, other } from "./fixture.js"
import { type FakeFiles, type FakeProcess, machine } from "./machine.js"

const cgroup = `0::/docker/${id}\n`
const docker = (pid: number): FakeFiles => ({
  [`/var/lib/docker/containers/${id}/config.v2.json`]: JSON.stringify({ Name: "/web", State: { Pid: pid } })
})

const pick = ({ inside, name, pid, processes, runtime }: Container) => ({ pid, runtime, name, processes, inside })

const found = async (processes: ReadonlyArray<FakeProcess>, files?: FakeFiles) => {
  using made = machine(processes, files)
  return (await list(made.places)).map(pick).filter(({ runtime }) => runtime !== "host")
}

/** If a file replaces the link, nobody can read it as a link, not even root. */
const hide = (path: string) => {
  rmSync(path)
  writeFileSync(path, "")
}

const container = { mounts: 2, pidNamespace: 2, cgroup }
const web = { runtime: "docker", name: "web", processes: 1, inside: undefined }
const unproved = { runtime: "docker", name: undefined, processes: 1, inside: undefined }
const plain = { runtime: "namespace", name: undefined, processes: 1, inside: undefined }

describe("list groups processes", () => {
  it("by mount namespace, and chooses the first process of the container over those that entered later", async () => {
    expect(
      await found([
        { pid: 20, ...container, number: 9 },
        { pid: 30, ...container, number: 1 },
        { pid: 31, ...container, parent: 30, number: 2 },
        { pid: 40, ...container, mounts: 3, cgroup: "0::/\n" }
      ], docker(30))
    ).toEqual([{ ...web, pid: 30, processes: 3 }, { ...plain, pid: 40 }])
  })

  it("and chooses the process that started first, even if others have got lower PIDs since", async () => {
    const shared = { ...container, pidNamespace: 1 }
    expect(
      await found([
        { pid: 20, ...shared, startTime: 9000, cgroup: "0::/user.slice/user-0.slice/session-1.scope\n" },
        { pid: 30, ...shared }
      ], docker(30))
    ).toEqual([{ ...web, pid: 30, processes: 2 }])
  })

  it("even if the first thread has ended, as that of the process that the runtime started", async () => {
    // The directory of a thread cannot be listed, so the number is too long for a PID.
    const thread = 10_000_000_031
    expect(await found([{ pid: 30, ...container, thread, startTime: 9000 }], docker(30)))
      .toEqual([{ ...web, pid: thread }])
    const shared = { ...container, pidNamespace: 1 }
    expect(await found([{ pid: 30, ...shared, thread }, { pid: 40, ...shared, parent: 30, mounts: 3 }], docker(30)))
      .toEqual([{ ...web, pid: 40, inside: thread }, { ...web, pid: thread }])
  })

  it("by root, if they are in the mount namespace of the host", async () => {
    using made = machine([{ pid: 20, root: "/srv/böx" }, { pid: 21, root: "/srv/böx" }, { pid: 22 }])
    expect(await list(made.places)).toMatchObject([
      { pid: 1, runtime: "host", processes: 2, imageRoot: "/" },
      { pid: 20, runtime: "chroot", processes: 2, imageRoot: "/srv/böx" }
    ])
  })

  it("and leaves out zombies and kernel threads", () => {
    const stat = (state: string, flags: number) => `7 (a) ${state} 1 0 0 0 -1 ${flags} ${"0 ".repeat(12)}700 0`
    expect([stat("S", 0), stat("Z", 0), stat("S", 0x00200000)].map((text) => parseStat(text)?.runs)).toEqual([
      true,
      false,
      false
    ])
    for (const text of ["", "7 (a", "7 (a) S 1", stat("S", 0).replace("(a)", "a")]) {
      expect(parseStat(text)).toBe(undefined)
    }
  })

  it("and fails where procfs is not mounted", async () => {
    await expect(list({ proc: "/nowhere" })).rejects.toThrow(
      "The processes in \"/nowhere\" cannot be listed; procfs must be mounted there (ENOENT)."
    )
    await expect(list({ proc: "/nowhere" })).rejects.toBeInstanceOf(Unusable)
    using empty = temporary()
    await expect(list({ proc: empty.path })).rejects.toThrow(
      `The processes in "${empty.path}" cannot be listed; procfs must be mounted there (ENOTSUP).`
    )
  })

  it("and fails where procfs cannot be listed", async () => {
    using directory = temporary()
    const proc = `${directory.path}/proc`
    symlinkSync(proc, proc)
    await expect(list({ proc })).rejects.toThrow(
      `The processes in "${proc}" cannot be listed: too many symbolic links encountered (ELOOP).`
    )
  })

  it("even if their names contain parentheses, spaces and newlines", async () => {
    const hostile = ") S 1 (\n) R 9 9 9"
    using made = machine([{ pid: 20, ...container, command: hostile }])
    expect((await list(made.places))[1]).toMatchObject({ command: hostile, startTime: 2000 })
  })
})

describe("a cgroup that claims another's id", () => {
  it("gets neither id nor name if the records name the first process of the container", async () => {
    expect(await found([{ pid: 20, ...container, mounts: 3, pidNamespace: 3 }, { pid: 30, ...container }], docker(30)))
      .toEqual([{ ...plain, pid: 20 }, { ...web, pid: 30 }])
  })

  it("is not recognized as false without records, so both are listed", async () => {
    expect(await found([{ pid: 20, ...container, mounts: 3, pidNamespace: 3 }, { pid: 30, ...container }]))
      .toEqual([{ ...unproved, pid: 20 }, { ...unproved, pid: 30 }])
  })

  /** podman's list also contains the containers that have stopped. */
  const stopped = {
    "/var/lib/containers/storage/overlay-containers/containers.json": JSON.stringify([{ id: other, names: ["db"] }])
  }

  it("gets neither id nor name of a container that has stopped if a user can have created it", async () => {
    const manager = "/user.slice/user-1000.slice/user@1000.service"
    expect(await found([{ pid: 20, mounts: 3, cgroup: `0::${manager}/x/libpod-${other}\n` }], stopped))
      .toEqual([{ ...plain, pid: 20 }])
  })

  it("gets neither id nor name of a container that has stopped if a container can have created it", async () => {
    const part = { pid: 31, parent: 30, mounts: 3, cgroup: `0::/docker/${id}/libpod-${other}\n` }
    expect(await found([{ pid: 30, ...container }, part], { ...docker(30), ...stopped }))
      .toEqual([{ ...web, pid: 30 }, { ...web, pid: 31, inside: 30 }])
  })

  it("gets no name from the files of a user if a container only has a slice for that user", async () => {
    const manager = "/user.slice/user-1000.slice/user@1000.service"
    const files = {
      "/etc/passwd": "ann:x:1000:1000::/home/ann:/bin/sh\n",
      "/home/ann/.local/share/containers/storage/overlay-containers/containers.json": JSON.stringify([
        { id: other, names: ["db"] }
      ])
    }
    expect(await found([{ pid: 20, mounts: 3, cgroup: `0::/docker/${id}${manager}/libpod-${other}\n` }], files))
      .toEqual([{ ...unproved, runtime: "podman", pid: 20 }])
  })

  it("gets neither id nor name in another container", async () => {
    const outer = { pid: 40, mounts: 4, pidNamespace: 4, cgroup: `0::/docker/${other}\n` }
    const inner = { pid: 41, parent: 40, mounts: 5, pidNamespace: 5, cgroup }
    expect(await found([{ pid: 30, ...container }, outer, inner], docker(30)))
      .toEqual([{ ...web, pid: 30 }, { ...unproved, pid: 40 }, { ...plain, pid: 41 }])
  })

  it("gets neither id nor name if both are in the PID namespace of the host, or if theirs cannot be read", async () => {
    const shared = { ...container, pidNamespace: 1 }
    const processes = [{ pid: 20, ...shared, mounts: 3 }, { pid: 30, ...shared }]
    const expected = [{ ...plain, pid: 20 }, { ...web, pid: 30 }]
    expect(await found(processes, docker(30))).toEqual(expected)
    using made = machine(processes, docker(30))
    for (const pid of [20, 30]) hide(`${made.places.proc}/${pid}/ns/pid`)
    expect((await list(made.places)).slice(1).map(pick)).toEqual(expected)
  })

  it("does not hide the container that it was created in", async () => {
    const nested = { ...container, cgroup: `0::/docker/${id}/docker/${other}\n` }
    expect(await found([{ pid: 30, ...nested }], docker(30))).toEqual([{ ...web, pid: 30 }])
  })
})

describe("the records of a container", () => {
  it("are read once, even if thousands of groups name it", async () => {
    using made = machine([], docker(30))
    const records = new Records(made.places.files)
    const claim = { runtime: "docker", id } as const
    const first = await records.find(claim)
    rmSync(made.places.files, { recursive: true })
    expect(await records.find(claim)).toEqual(first)
    expect(first).toMatchObject({ name: "web", init: { pid: 30 } })
  })
})

describe("the user of a process", () => {
  it("is the effective one, or not known", async () => {
    using made = machine([{ pid: 20, ...container, uid: 1234 }, { pid: 30, ...container, mounts: 3 }])
    rmSync(`${made.places.proc}/30/status`)
    const listed = (await list(made.places)).slice(1)
    expect(listed.map(({ unreadable, user }) => [user, unreadable])).toEqual([["1234", []], [undefined, ["user"]]])
  })

  it("has the name in the first line for its id, as in libc, which can begin with an underscore", async () => {
    const passwd = "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n_chrony:x:123:123::/:/bin/false\n"
    using made = machine([], { "/etc/passwd": passwd })
    const records = new Records(made.places.files)
    expect([await records.user(0), await records.user(123), await records.user(5)]).toEqual([
      "root",
      "_chrony",
      undefined
    ])
  })
})

describe("a part of a container", () => {
  it("is a child with another mount namespace, or another root", async () => {
    expect(
      await found([
        { pid: 30, ...container },
        { pid: 31, ...container, parent: 30, mounts: 3 },
        { pid: 32, ...container, parent: 30, root: "/var/empty" }
      ], docker(30))
    ).toEqual([{ ...web, pid: 30 }, { ...web, pid: 31, inside: 30 }, { ...web, pid: 32, inside: 30 }])
  })

  it("has the root of the container on the host only if it is its own root too", async () => {
    const state = { init_process_pid: 30, init_process_start: 3000, config: { rootfs: "/srv/web" } }
    using made = machine([
      { pid: 30, ...container, rootMount: "/srv/web" },
      { pid: 31, ...container, parent: 30, mounts: 3, rootMount: "/srv/web" },
      { pid: 32, ...container, parent: 30, root: "/var/empty", rootMount: "/srv/web" },
      { pid: 33, ...container, parent: 30, mounts: 4, rootMount: "/srv/other" },
      { pid: 34, ...container, parent: 30, mounts: 5 }
    ], {
      ...docker(30),
      [`/run/docker/runtime-runc/moby/${id}/state.json`]: JSON.stringify(state),
      "/srv/web/x": ""
    })
    const listed = (await list(made.places)).filter(({ pid }) => pid >= 30)
    expect(listed.map(({ imageRoot, inside, pid }) => [pid, inside, imageRoot])).toEqual([
      [30, undefined, "/srv/web"],
      [31, 30, "/srv/web"],
      [32, 30, undefined],
      [33, 30, undefined],
      [34, 30, undefined]
    ])
  })

  it("has no known root on the host if the mounts of neither can be read", async () => {
    const state = { init_process_pid: 30, init_process_start: 3000, config: { rootfs: "/srv/web" } }
    using made = machine([
      { pid: 30, ...container },
      { pid: 31, ...container, parent: 30, mounts: 3 }
    ], {
      ...docker(30),
      [`/run/docker/runtime-runc/moby/${id}/state.json`]: JSON.stringify(state),
      "/srv/web/x": ""
    })
    const listed = (await list(made.places)).filter(({ pid }) => pid >= 30)
    expect(listed.map(({ imageRoot, pid }) => [pid, imageRoot])).toEqual([[30, "/srv/web"], [31, undefined]])
  })

  it("is a process that entered its PID namespace", async () => {
    const processes = [{ pid: 30, ...container }, { pid: 31, ...container, mounts: 3 }]
    const expected = (one: typeof web | typeof unproved) => [{ ...one, pid: 30 }, { ...one, pid: 31, inside: 30 }]
    expect(await found(processes, docker(30))).toEqual(expected(web))
    expect(await found(processes)).toEqual(expected(unproved))
  })

  it("is a process that entered its PID namespace, even with a lower PID than the one that the runtime started", async () => {
    expect(await found([{ pid: 20, ...container, mounts: 3 }, { pid: 30, ...container }], docker(30)))
      .toEqual([{ ...web, pid: 20, inside: 30 }, { ...web, pid: 30 }])
  })

  it("is not another container, even if its process started that", async () => {
    const child = { pid: 31, parent: 30, mounts: 3 }
    expect(await found([{ pid: 30, ...container }, { ...child, cgroup: `0::/docker/${other}\n` }]))
      .toEqual([{ ...unproved, pid: 30 }, { ...unproved, pid: 31 }])
    const lxc = { runtime: "lxc", processes: 1, inside: undefined }
    const of = (name: string) => ({ cgroup: `0::/lxc.payload.${name}\n` })
    expect(await found([{ pid: 30, ...container, ...of("a") }, { ...child, ...of("b") }]))
      .toEqual([{ ...lxc, name: "a", pid: 30 }, { ...lxc, name: "b", pid: 31 }])
  })

  it("is not a process that only shares the PID namespace of the host", async () => {
    const shared = { ...container, pidNamespace: 1 }
    expect(await found([{ pid: 30, ...shared }, { pid: 31, ...shared, mounts: 3 }]))
      .toEqual([{ ...unproved, pid: 30 }, { ...unproved, pid: 31 }])
  })
})

describe("list, if something cannot be read,", () => {
  it("reports that, and finds out the container from the cgroup", async () => {
    using made = machine([{ pid: 20, ...container }, { pid: 21, ...container }, { pid: 22, mounts: 4 }])
    for (const pid of [20, 21, 22]) hide(`${made.places.proc}/${pid}/ns/mnt`)
    expect(await list(made.places)).toMatchObject([
      { pid: 1, runtime: "host" },
      { pid: 20, runtime: "docker", id, processes: 2, unreadable: ["mount namespace"] },
      { pid: 22, runtime: "unknown", processes: 1, unreadable: ["mount namespace"] }
    ])
  })

  it("does not take other processes for a container of runc, which its cgroup does not name", async () => {
    const state = JSON.stringify({ init_process_pid: 21, init_process_start: 2100, config: { rootfs: "/web" } })
    using made = machine([{ pid: 20, mounts: 2 }, { pid: 21, mounts: 3 }], { "/run/runc/web/state.json": state })
    expect(await list(made.places)).toMatchObject([{ pid: 1 }, { pid: 20 }, { pid: 21, runtime: "runc", name: "web" }])
    for (const pid of [20, 21]) hide(`${made.places.proc}/${pid}/root`)
    expect(await list(made.places)).toMatchObject([{ pid: 1 }, { pid: 20, runtime: "unknown", processes: 2 }])
  })

  it("uses the group of the reader as the host if PID 1 is not readable", async () => {
    using made = machine([{ pid: 20 }])
    hide(`${made.places.proc}/1/root`)
    rmSync(`${made.places.proc}/self`, { recursive: true })
    symlinkSync("20", `${made.places.proc}/self`)
    expect(await list(made.places)).toMatchObject([
      { pid: 1, runtime: "unknown", unreadable: ["root"] },
      { pid: 20, runtime: "host" }
    ])
  })

  it("looks a record up in a directory that may be searched, but not listed", async () => {
    using made = machine([{ pid: 30, ...container }], docker(30))
    const directory = `${made.places.files}/var/lib/docker/containers`
    const found = async () => (await list(made.places)).slice(1)
    chmodSync(directory, 0o300)
    const searched = await found()
    chmodSync(directory, 0o000)
    const refused = await found()
    // An ordinary user could not remove it otherwise.
    chmodSync(directory, 0o700)
    const unreadable = (...all: ReadonlyArray<string>) => process.geteuid?.() === 0 ? [] : all
    expect(searched).toMatchObject([{ pid: 30, name: "web", unreadable: unreadable("image root") }])
    expect(refused).toMatchObject([{ pid: 30, id, unreadable: unreadable("name", "image root") }])
  })

  it("does not wait for a fifo in place of a record", async () => {
    using made = machine([{ pid: 20, ...container }])
    const directory = `${made.places.files}/var/lib/docker/containers/${id}`
    materialize(directory, [{ path: "config.v2.json", type: "fifo" }])
    expect(await list(made.places)).toMatchObject([{ pid: 1 }, { pid: 20, runtime: "docker", id, unreadable: [] }])
  })

  it("leaves out processes that end while they are read", async () => {
    using made = machine([{ pid: 20 }])
    rmSync(`${made.places.proc}/20/root`)
    mkdirSync(`${made.places.proc}/21`)
    expect(await list(made.places)).toMatchObject([{ pid: 1, processes: 1 }])
  })
})
