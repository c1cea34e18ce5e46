/** Processes in memory. The suite of `testkit` compares them with real ones where it can change the user. */
import { Errno, type FileSystem, MemoryProcesses, Program } from "@procfsroot/vfs"
import { describe, expect, it } from "vitest"

const { runSync } = Program

const user = (uid: number, gid = uid) => ({ uid, gid })
const [root, alice, bob] = [user(0), user(1000), user(1001)]

interface Asked {
  readonly processes: ReadonlyArray<MemoryProcesses.Process<number>>
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
  readonly now?: number
}

/** A machine with the mount namespaces `web` and `db`. */
const machine = ({ now = 0, processes, user }: Asked): MemoryProcesses.Processes => {
  const mountNamespaces = { web: { "/jail/etc/hostname": "jail\n", "/etc/hostname": "web\n" }, db: {} }
  const made = MemoryProcesses.make({ mountNamespaces, processes, user }, now)
  if (made._tag === "Invalid") throw new Error(made.why)
  return made
}

/** What `run` returns, or the errno that it throws. */
const told = (run: () => string): string => {
  try {
    return run()
  } catch (thrown) {
    if (!Errno.isErrno(thrown)) throw thrown
    return thrown.code
  }
}

type Procfs = FileSystem.FileSystem<MemoryProcesses.OpenFile>

const text = ({ procfs }: { readonly procfs: Procfs }, path: string): string =>
  told(() => new TextDecoder().decode(runSync(procfs.readFile(path))))

const list = (procfs: Procfs, path: string): string => told(() => runSync(procfs.readDirectory(path, false)).join(" "))

const web = { pid: 7, mountNamespace: "web" }

describe("who may look into a process", () => {
  it("does not change if the caller changes the user afterwards", () => {
    const own = { uid: 1001, gid: 1001 }
    const { open } = machine({ processes: [{ ...web, user: alice }], user: own })
    own.uid = 0
    expect(open(7)).toMatchObject({ code: "EACCES" })
  })

  it("does not change if the caller changes the user of a process afterwards", () => {
    const users = [{ uid: 1001, gid: 1001 }, { uid: 1001, gid: 1001 }] as const
    const { open, start } = machine({ processes: [{ ...web, user: users[0] }], user: alice })
    start({ ...web, pid: 8, user: users[1] })
    for (const user of users) Object.assign(user, alice)
    expect([open(7), open(8)]).toMatchObject([{ code: "EACCES" }, { code: "EACCES" }])
  })

  it("does not change if the caller changes the end of a process afterwards", () => {
    const ends = { steps: 1, zombie: true }
    const { open } = machine({ processes: [{ ...web, ends }] })
    ends.zombie = false
    expect(open(7)._tag).toBe("Opened")
    expect(open(7)).toMatchObject({ why: "Zombie" })
  })

  const kinds = {
    "a process of alice": { ...web, user: alice },
    "one that is not dumpable": { ...web, user: alice, dumpable: false },
    "a zombie": { ...web, user: alice, zombie: true },
    "a zombie that was not dumpable": { ...web, user: alice, dumpable: false, zombie: true },
    "a process with another group": { ...web, user: user(1000, 1) },
    "a process of root": web
  }

  /** What a user learns about a process: its root, the links, and the names in `ns`. */
  const learned = (process: MemoryProcesses.Process<number>, user: Asked["user"]): string => {
    const { open, procfs } = machine({ processes: [process], user })
    const opened = open(7)
    return [
      opened._tag === "Opened" ? opened._tag : `${opened.why} ${opened.code}`,
      ...["root", "ns/mnt"].map((name) => told(() => procfs.readLink(`/proc/7/${name}`).slice(0, 4))),
      list(procfs, "/proc/7/ns")
    ].join(", ")
  }

  it.each(
    [
      ["a process of alice", root, "Opened, /, mnt:, mnt"],
      ["a process of alice", alice, "Opened, /, mnt:, mnt"],
      ["a process of alice", bob, "NotPermitted EACCES, EACCES, EACCES, EACCES"],
      ["a process of alice", user(1000, 1001), "NotPermitted EACCES, EACCES, EACCES, mnt"],
      ["a process of alice", user(1001, 1000), "NotPermitted EACCES, EACCES, EACCES, EACCES"],
      ["one that is not dumpable", root, "Opened, /, mnt:, mnt"],
      ["one that is not dumpable", alice, "NotPermitted EACCES, EACCES, EACCES, EACCES"],
      ["a zombie", root, "Zombie ESRCH, ENOENT, ENOENT, mnt"],
      ["a zombie", alice, "Zombie ESRCH, ENOENT, ENOENT, EACCES"],
      ["a zombie", bob, "Zombie ESRCH, EACCES, EACCES, EACCES"],
      ["a zombie that was not dumpable", alice, "Zombie ESRCH, ENOENT, ENOENT, EACCES"],
      ["a process with another group", alice, "NotPermitted EACCES, EACCES, EACCES, mnt"],
      ["a process of root", alice, "NotPermitted EACCES, EACCES, EACCES, EACCES"],
      ["a process of root", undefined, "Opened, /, mnt:, mnt"]
    ] as const
  )("%s, looked at by %j", (kind, user, expected) => {
    expect(learned(kinds[kind], user)).toBe(expected)
  })
})

describe("procfs in memory", () => {
  const owners = (process: MemoryProcesses.Process<number>, user = root): string => {
    const { procfs } = machine({ processes: [process], user })
    return ["", "/7", "/7/ns", "/7/stat", "/7/root"].map((path) => {
      const { gid, uid } = procfs.lstat(`/proc${path}`)
      return `${uid}:${gid}`
    }).join(" ")
  }

  it("gives the files of a process to its user, unless the process is protected", () => {
    expect(owners({ ...web, user: user(1000, 1) })).toBe("0:0 1000:1 1000:1 1000:1 1000:1")
    expect(owners({ ...web, user: alice, dumpable: false })).toBe("0:0 1000:1000 0:0 0:0 0:0")
    expect(owners({ ...web, user: alice, zombie: true })).toBe("0:0 1000:1000 0:0 0:0 0:0")
    expect(owners(web)).toBe("0:0 0:0 0:0 0:0 0:0")
  })

  it("lists names in the order of their bytes, as Node does on Linux", () => {
    const processes = [10, 9, 100, 1].map((pid) => ({ ...web, pid }))
    const { procfs } = machine({ processes: [...processes, { ...web, pid: 5, ends: { after: 0 } }] })
    expect(list(procfs, "/")).toBe("proc")
    expect(list(procfs, "/proc")).toBe("1 10 100 9")
    expect(list(procfs, "/proc/9")).toBe("cgroup comm mountinfo ns root stat status")
    expect(list(procfs, "/proc/./9/ns/.")).toBe("mnt")
    expect(list(procfs, "/proc/9/stat")).toBe("ENOTDIR")
    expect(["/none", "/9", "/proc/9/proc"].map((path) => list(procfs, path))).toEqual(["ENOENT", "ENOENT", "ENOENT"])
  })

  it("lets everybody list a process, even if it belongs to somebody else", () => {
    const { procfs } = machine({ processes: [{ ...web, user: alice, dumpable: false }], user: bob })
    expect(list(procfs, "/proc/7")).toBe("cgroup comm mountinfo ns root stat status")
  })

  it("has attributes of its own for each file", () => {
    const { procfs } = machine({ processes: [web, { ...web, pid: 8 }], now: 5000 })
    const attributes = (path: string) => procfs.lstat(path)
    const paths = ["/", "/proc", "/proc/7", "/proc/8", "/proc/7/comm", "/proc/8/comm"]
    const numbers = paths.map((path) => attributes(path).ino)
    expect(new Set(numbers).size).toBe(paths.length)
    expect(Math.min(...numbers)).toBe(1)
    expect(attributes("/proc/7").ino).toBe(numbers[2])
    const at = { atimeMs: 5000, mtimeMs: 5000, ctimeMs: 5000, birthtimeMs: 5000 }
    expect(attributes("/proc/7")).toMatchObject({ nlink: 2, ...at })
    expect(attributes("/proc/7/comm")).toMatchObject({ nlink: 1, ...at })
    expect(attributes("/proc")).toMatchObject({ nlink: 2, mtimeMs: 0 })
    expect(runSync(Program.valueOf(procfs.open("/proc/7/comm", "r", 0)).statExact()).mtimeNs).toBe(5_000_000_000n)
  })

  it("gives modes to its files, of which only a directory can be listed", () => {
    const { procfs } = machine({ processes: [web] })
    const mode = (path: string) => procfs.stat(`/proc${path}`).mode.toString(8)
    expect(["", "/7", "/7/ns", "/7/comm", "/7/stat"].map(mode))
      .toEqual(["40555", "40555", "40511", "100644", "100444"])
    expect(list(procfs, "/proc/7/comm")).toBe("ENOTDIR")
    expect(text({ procfs }, "/proc/7")).toBe("EISDIR")
    expect(told(() => runSync(procfs.readDirectory("/proc", true)).join(" "))).toBe(
      "7 7/cgroup 7/comm 7/mountinfo 7/ns 7/ns/mnt 7/root 7/stat 7/status"
    )
    expect(runSync(procfs.readDirectoryEntries("/proc/7/ns"))).toEqual([{ name: "mnt", type: "SymbolicLink" }])
    const reader = procfs.rootDirectory.readEntries("/proc/7/ns")
    expect([runSync(reader.next()), runSync(reader.next())]).toEqual([[{ name: "mnt", type: "SymbolicLink" }], []])
  })

  it("cannot be changed, and cannot be asked for its disk", () => {
    const { procfs } = machine({ processes: [web] })
    const { rootDirectory } = procfs
    const calls: ReadonlyArray<() => unknown> = [
      () => procfs.makeTemporaryDirectory("/proc/a"),
      () => runSync(procfs.makeTemporaryFile("/proc/a", "")),
      () => runSync(rootDirectory.writeFileAtomic("/proc/7/comm", new Uint8Array(1))),
      () => procfs.open("/proc/7/comm", "r+", 0),
      () => procfs.utimes("/proc/7/comm", 0, 0),
      () => rootDirectory.statfs("/proc")
    ]
    expect(calls.map((call) => told(() => String(call())))).toEqual([...calls.slice(1).map(() => "EROFS"), "ENOTSUP"])
  })

  it("shows links, and does not follow them", () => {
    const { procfs } = machine({ processes: [web] })
    expect(told(() => procfs.readLink("/proc/7/stat"))).toBe("EINVAL")
    expect(told(() => procfs.readLink("/proc/7/none"))).toBe("ENOENT")
    expect(text({ procfs }, "/proc/7/root/etc/hostname")).toBe("EXDEV")
  })
})

describe("the files of a process in memory", () => {
  const mounts = (process: MemoryProcesses.Process<number>) =>
    text(machine({ processes: [process] }), "/proc/7/mountinfo")

  it("show its ids, its parent and its groups", () => {
    const user = { uid: 1000, gid: 100, groups: [4, 24] }
    const processes = [{ ...web, user }, { ...web, pid: 1 }, { ...web, pid: 8, parent: 7 }, {
      ...web,
      pid: 9,
      zombie: true
    }]
    const asked = machine({ processes })
    expect(text(asked, "/proc/7/status")).toBe([
      "Name:\tsh",
      "State:\tS (sleeping)",
      "Tgid:\t7",
      "Pid:\t7",
      "PPid:\t1",
      "TracerPid:\t0",
      "Uid:\t1000\t1000\t1000\t1000",
      "Gid:\t100\t100\t100\t100",
      "Groups:\t4 24 ",
      "NStgid:\t7",
      "NSpid:\t7",
      ""
    ].join("\n"))
    expect(text(asked, "/proc/9/status")).toMatch(/\nState:\tZ \(zombie\)\n/)
    expect(text(asked, "/proc/8/status")).toMatch(/\nPPid:\t7\n[^]*\nGroups:\t\n/)
    expect(text(asked, "/proc/1/stat")).toBe(`1 (sh) S 0${" 0".repeat(17)} 2${" 0".repeat(30)}\n`)
  })

  it("escape a name only where lines follow", () => {
    const asked = machine({ processes: [{ ...web, command: "a\\b\nc" }] })
    expect(text(asked, "/proc/7/status")).toMatch(/^Name:\ta\\\\b\\nc\nState/)
    expect(text(asked, "/proc/7/comm")).toBe("a\\b\nc\n")
  })

  it("show the mount of its root, unless the root is inside of it", () => {
    expect(mounts(web)).toBe("4026531841 1 0:1 / / rw - tmpfs tmpfs rw\n")
    expect(mounts({ ...web, mountNamespace: "db" })).toBe("4026531842 1 0:2 / / rw - tmpfs tmpfs rw\n")
    expect(mounts({ ...web, root: "/jail" })).toBe("")
    expect(mounts({ ...web, zombie: true })).toBe("EINVAL")
  })

  it("are created again when they are read from the beginning", () => {
    const asked = machine({ processes: [{ ...web, command: "a" }, { ...web, command: "b" }] })
    const { open } = asked.procfs
    const buffer = new Uint8Array(3)
    const file = Program.valueOf(open("/proc/7/stat", "r", 0o666))
    const other = Program.valueOf(open("/proc/7/comm", "r", 0o666))
    expect([file.file?.descriptor, other.file?.descriptor]).toEqual([3, 4])
    const read = (position?: number) => {
      const length = runSync(file.read(buffer, position === undefined ? undefined : BigInt(position)))
      return new TextDecoder().decode(buffer.subarray(0, length))
    }
    expect([read(), read(), read(0), read(2), read()]).toEqual(["7 (", "a) ", "7 (", "(a)", "S 1"])
    expect(told(() => String(runSync(file.sync())))).toBe("EINVAL")
    asked.end(7, "zombie")
    expect([read(4), read(0), read(5)]).toEqual([") S", "7 (", " Z "])
    asked.end(7)
    expect([read(2), told(() => read(0))]).toEqual(["(a)", "ESRCH"])
    runSync(file.close())
    const next = Program.valueOf(open("/proc/7/comm", "r", 0o666))
    expect(next.file?.descriptor).toBe(3)
    expect(text(asked, "/proc/7/comm")).toBe("b\n")
  })
})

describe("the end of a process in memory", () => {
  it("comes after a number of steps or at a time, with or without a zombie", () => {
    const processes = [{ ...web, ends: { after: 10, zombie: true } }, { ...web, command: "next" }]
    const asked = machine({ processes, now: 5 })
    asked.now = 14
    expect(text(asked, "/proc/7/stat")).toMatch(/^7 \(sh\) S /)
    asked.now = 15
    expect(asked.now).toBe(15)
    expect(text(asked, "/proc/7/stat")).toMatch(/^7 \(sh\) Z /)
    expect(asked.open(7)).toEqual({ _tag: "Unavailable", why: "Zombie", code: "ESRCH" })
    asked.end(7)
    expect(text(asked, "/proc/7/comm")).toBe("next\n")
    asked.end(7)
    expect(asked.open(7)).toEqual({ _tag: "Unavailable", why: "NotFound", code: "ESRCH" })
    expect(() => asked.end(7)).toThrow(new TypeError("There is no process 7 to end."))
  })

  it.each([{ zombie: true }, { zombie: false }, {}])("comes after its last step: %j", (ending) => {
    const asked = machine({ processes: [{ ...web, ends: { steps: 3, ...ending } }] })
    const looks = [1, 2, 3].map(() => text(asked, "/proc/7/stat").slice(0, 8))
    expect(looks).toEqual(["7 (sh) S", ...(ending.zombie === true ? ["7 (sh) Z", "7 (sh) Z"] : ["ENOENT", "ENOENT"])])
    if (ending.zombie === true) asked.end(7)
    asked.start({ ...web, command: "next" })
    expect(text(asked, "/proc/7/comm")).toBe("next\n")
  })

  it("leaves the process listed while its parent does not wait for it", () => {
    for (let steps = 0; steps < 8; steps++) {
      const { procfs } = machine({ processes: [{ ...web, ends: { steps, zombie: true } }] })
      expect([list(procfs, "/proc/7/ns"), list(procfs, "/proc")]).toEqual(["mnt", "7"])
    }
  })

  it("leaves nothing behind while its files are read", () => {
    const outcomes = Array.from({ length: 8 }, (_, steps) => {
      const { procfs } = machine({ processes: [{ ...web, ends: { steps } }] })
      return [list(procfs, "/proc/7"), told(() => procfs.readLink("/proc/7/root")), list(procfs, "/proc")]
    })
    expect(outcomes.map(([names, link, all]) => [names === "ENOENT" ? names : "listed", link, all].join(" "))).toEqual([
      "ENOENT ENOENT ",
      "ENOENT ENOENT ",
      "listed ENOENT ",
      "listed ENOENT ",
      "listed ENOENT ",
      "listed / 7",
      "listed / 7",
      "listed / 7"
    ])
  })
})

describe("processes that cannot be", () => {
  it.each([
    [{ pid: 0 }, "0 cannot be a PID."],
    [{ pid: 1.5 }, "1.5 cannot be a PID."],
    [{ pid: 2 ** 22 + 1 }, "4194305 cannot be a PID."],
    [{ user: { uid: -1, gid: 0 } }, "uid is -1, but it must be a whole number from 0 to 4294967294"],
    [{ mountNamespace: "mail" }, "The process 7 is in a mount namespace that does not exist: mail."],
    [{ root: "/none" }, "The process 7 cannot have the root /none (ENOENT)."]
  ])("%j", (change, message) => {
    expect(() => machine({ processes: [{ ...web, ...change }] })).toThrow(new TypeError(message))
  })

  it("do not end in a way that does not exist", () => {
    const { end } = machine({ processes: [web] })
    const misspelt = "zomb" as "zombie" // what a program in JavaScript can pass
    expect(() => end(7, misspelt)).toThrow(new TypeError("A process can end as \"zombie\", not as \"zomb\"."))
    end(7, "zombie")
  })

  it("are refused if a tree of theirs is invalid", () => {
    const mountNamespaces = { web: {}, db: { "/a": "", "/a/b": "" } }
    expect(MemoryProcesses.make({ mountNamespaces, processes: [web] }, 0)).toMatchObject({
      _tag: "Invalid",
      why: expect.stringMatching(/.+ \(mount namespace db\)$/)
    })
  })

  it("let the user who looks create only what this user may", () => {
    const { open } = machine({ processes: [{ pid: 7, mountNamespace: "db", user: alice }], user: alice })
    const opened = open(7)
    if (!("memory" in opened)) throw new Error(opened.why)
    const { fileSystem } = opened.memory
    expect(told(() => String(fileSystem.mkdir("/new", 0o777)))).toBe("EACCES")
    fileSystem.mkdir("/tmp/new", 0o777)
    expect(fileSystem.stat("/tmp/new").uid).toBe(alice.uid)
  })

  it("are refused at the bounds only", () => {
    for (const pid of [1, 2 ** 22]) {
      expect(machine({ processes: [{ ...web, pid }] })).toMatchObject({ _tag: "Processes" })
    }
  })

  it("have the error of the kernel as the cause", () => {
    const impossible = () => machine({ processes: [{ ...web, root: "/none" }] })
    expect(impossible).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: "ENOENT" }) }))
  })
})
