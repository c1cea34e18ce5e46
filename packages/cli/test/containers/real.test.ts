/**
 * Runs every command on running containers, and compares the results with what the programs in the containers report.
 */
import { without } from "@procfsroot/testkit/judges"
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { setImmediate } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { bin, lines, run, runAsAnother, shell } from "../command.js"
import { pathsBelow, stateOf } from "../copy/boxes.js"
import { names } from "../plain.js"
import { containers, logs, type Running, runtimes, startSlowly } from "./real.js"

const SECRET = "a secret of the host"

const quiet = { status: 0, stderr: "" }

/** What a command prints. It must succeed without errors. */
const printed = (...args: ReadonlyArray<string>): Buffer => {
  const { stdout, ...result } = run(args)
  expect(result).toEqual(quiet)
  return stdout
}

const textOf = (...args: ReadonlyArray<string>): string => printed(...args).toString("latin1")

const sorted = (text: string, separator: string): ReadonlyArray<string> => text.split(separator).toSorted()

/**
 * The state of every file in a tree that a copy keeps. This excludes access times, since copying changes those of the
 * source.
 */
const treeOf = (place: string): ReadonlyArray<unknown> =>
  pathsBelow(place).map((path) => [path.slice(place.length), stateOf(path)])

interface Listed {
  readonly pid: number
  readonly name?: string
  readonly id?: string
}

const listed = (): ReadonlyArray<Listed> => lines(printed("ps", "--json")).map((line) => JSON.parse(line))

// Waiting for a command blocks the event loop, but Vitest expects to hear from each test within a minute.
afterEach(() => setImmediate())

describe.skipIf(without("root", containers)).each(runtimes)("in a container of $name", ({ name: runtime, start }) => {
  let secret: Temporary
  let leak: string
  let container: Running
  let found: Listed

  beforeAll(() => {
    secret = temporary()
    leak = `${secret.path}/leak`
    Fs.writeFileSync(leak, SECRET)
    container = start({ secret: leak })
    found = listed().find(({ pid }) => pid === container.pid) ?? { pid: 0 }
  })

  afterAll(() => {
    container[Symbol.dispose]()
    secret[Symbol.dispose]()
  })

  const where = (): ReadonlyArray<string> => ["--container", container.name]

  it("ps lists it", () => {
    const id = runtime === "podman" ? { id: expect.stringMatching(/^[0-9a-f]{64}$/) } : {}
    expect(found).toMatchObject({ runtime, name: container.name, user: "root", processes: 1, unreadable: [], ...id })
    expect(found).toMatchObject({ command: "sleep", imageRoot: expect.stringMatching(/^\/./) })
    expect(lines(printed("ps", "--quiet"))).toContain(container.name)
    const row = textOf("ps").split("\n").find((line) => line.includes(container.name))
    expect(row?.split(/ +/).filter((part) => part !== "").slice(0, 6)).toEqual(
      [String(container.pid), "root", "1", runtime, found.id?.slice(0, 12) ?? "-", container.name]
    )
  })

  it("resolve accepts its name, the beginning of its id, and a PID", () => {
    const answer = container.inside("readlink", "-f", "/etc/os-release").toString()
    expect(answer).toBe("/usr/lib/os-release\n")
    const ways = [where(), ["--pid", String(container.pid)], ["--container", found.id?.slice(0, 12) ?? container.name]]
    for (const way of ways) expect(textOf("resolve", ...way, "/etc/os-release")).toBe(answer)
  })

  it("resolve and explain name the same root in errors, however it was chosen", () => {
    const sentence = `"/nope" cannot be resolved in the root "/proc/${container.pid}/root": there is no "/nope" in it`
    for (const way of [where(), ["--pid", String(container.pid)]]) {
      const asked = [...way, "/nope"]
      expect(run(["resolve", ...asked]).stderr).toBe(`${sentence} (ENOENT).\n`)
      expect(run(["explain", ...asked]).stdout.toString()).toContain(`${sentence} (ENOENT).\n`)
      for (const command of ["resolve", "explain"]) {
        const { error } = JSON.parse(run([command, "--json", ...asked]).stdout.toString())
        expect(error).toMatchObject({ code: "ENOENT", message: `${sentence} (ENOENT).` })
      }
    }
  })

  it("explain shows the links", () => {
    const explained = textOf("explain", ...where(), "/logs/current")
    expect(Buffer.from(explained, "latin1").toString()).toContain("├─ /logs → ../../../../../../var/log")
    expect(explained).toContain("leads to /var/log/app.log\n")
  })

  it("ls prints the same as ls in the container, with the users of the container", () => {
    // The width of columns differs. The number of links of /proc is the number of processes, and the kernel changes the
    // time of /sys when it adds an entry.
    const normal = (text: string) => text.replaceAll(/^dr-xr-xr-x .* (?:proc|sys)$/gm, "").replaceAll(/ +/g, " ")
    for (const directory of ["/var/log", "/etc", "/"]) {
      const { stderr, stdout } = shell("TZ=UTC LC_ALL=C $bin ls -la \"$@\"", [...where(), directory])
      expect(stderr).toBe("")
      const own = normal(stdout.toString())
      const others = normal(container.inside("ls", "-la", directory).toString())
      expect(sorted(own, "\n")).toEqual(sorted(others, "\n"))
    }
    expect(textOf("ls", "-l", ...where(), "/var/log/app.log")).toMatch(/^-rw-r--r-- 2 app app /)
  })

  it("cat prints a file, and nothing of the host", () => {
    for (const path of ["/etc/os-release", "/logs/current", "/proc/1/cmdline"]) {
      expect(printed("cat", ...where(), path)).toEqual(container.inside("cat", path))
    }
    const { stdout, ...result } = run(["cat", ...where(), "/etc/leak"])
    expect(result).toEqual({ status: 1, stderr: expect.stringMatching(/^"\/etc\/leak" .*\(ENOENT\).*\.\n$/) })
    expect(stdout.length).toBe(0)
  })

  it("stat reports the same as stat in the container", () => {
    const paths = ["/var/log/app.log", "/var/log", "/var/run", "/dev/null", "/proc/version"]
    const format = "%n %i %s %a %h %u %g %U %G %Y"
    const others = container.inside("stat", "-c", format, ...paths).toString()
    const own = lines(printed("stat", "--json", ...where(), ...paths)).map((line) => {
      const { gid, group, inode, links, mode, mtime, path, size, uid, user } = JSON.parse(line)
      const seconds = Math.floor(Date.parse(mtime) / 1_000)
      return [path, inode, size, mode.replace(/^0+/, ""), links, uid, gid, user, group, seconds].join(" ")
    })
    expect(own).toEqual(lines(others))
  })

  it("cp -x copies everything except /proc and other mounts", () => {
    using place = temporary()
    const { stderr, stdout } = run(["cp", "-x", `${container.name}:/`, `${place.path}/all`])
    expect({ stderr, stdout: stdout.toString() }).toEqual({ stderr: "", stdout: "" })
    expect(Fs.readdirSync(`${place.path}/all/proc`)).toEqual([])
    expect(Fs.readdirSync(`${place.path}/all/sys`)).toEqual([])
    expect(Fs.readFileSync(`${place.path}/all/var/log/app.log`)).toEqual(logs)
    expect(pathsBelow(`${place.path}/all/etc`)).toContain(`${place.path}/all/etc/who`)
  })

  it("readlink prints the text of links", () => {
    for (const path of ["/logs", "/etc/leak", "/var/run"]) {
      expect(printed("readlink", ...where(), path)).toEqual(container.inside("readlink", path))
    }
  })

  it("find finds every name, even with newlines and bytes that are not UTF-8", () => {
    const own = textOf("find", ...where(), "/", "-print0")
    expect(own).toContain("/names/x\ny\0")
    expect(own).toContain("/names/a\xff\0")
    // Processes start and end meanwhile, and other tests mount FUSE, which adds a device to /sys.
    const passing = /^\/(?:proc\/(?:\d|irq|fs|sys)|sys\/(?:class|devices\/virtual)\/bdi)/
    const still = (text: string) => sorted(text, "\0").filter((path) => !passing.test(path))
    expect(still(own)).toEqual(still(container.inside("find", "/", "-print0").toString("latin1")))
    expect(still(own).filter((path) => path.startsWith("/names/")).length).toBe(names.length)
  })

  it("du counts the blocks of a file with two names once", () => {
    const [blocks] = textOf("du", "-s", ...where(), "/var/log").split("\t")
    const inodes = new Map(
      lines(container.inside("find", "/var/log", "-exec", "/judge/stat", "-c", "%i %b", "{}", ";")).map((line) => {
        const [inode = "", count = ""] = line.split(" ")
        return [inode, Number(count)]
      })
    )
    expect(Number(blocks)).toBe(Array.from(inodes.values()).reduce((sum, count) => sum + count, 0) / 2)
  })

  it("cp copies out of it, keeps all attributes, and copies nothing of the host", () => {
    using host = temporary()
    const source = `/proc/${container.pid}/root`
    expect(run(["cp", `${container.name}:/logs/.`, `${host.path}/log`])).toMatchObject(quiet)
    expect(treeOf(`${host.path}/log`)).toEqual(treeOf(`${source}/var/log`))
    expect(Fs.statSync(`${host.path}/log/sparse`).blocks).toBeLessThan(100)
    expect(Fs.readlinkSync(`${host.path}/log/leak`)).toBe(leak)
    expect(run(["cp", `${container.name}:/names`, host.path])).toMatchObject(quiet)
    expect(treeOf(`${host.path}/names`)).toEqual(treeOf(`${source}/names`))
    const { status, stderr } = run(["cp", "--follow", `${container.name}:/etc/leak`, host.path])
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^\/etc\/leak was not copied: /) })
    expect(Fs.readdirSync(host.path).toSorted()).toEqual(["log", "names"])
  })

  it("cp copies into it, by name and by PID, and does not change the host files that links point to", () => {
    using host = temporary()
    Fs.mkdirSync(`${host.path}/in`)
    for (const name of names) Fs.writeFileSync(Buffer.concat([Buffer.from(`${host.path}/in/`), name]), logs)
    expect(run(["cp", `${host.path}/in`, `${container.name}:/tmp`])).toMatchObject(quiet)
    expect(run(["cp", `${host.path}/in`, `pid:${container.pid}:/logs/by-pid`])).toMatchObject(quiet)
    for (const place of ["/tmp/in", "/var/log/by-pid"]) {
      const there = container.inside("find", place, "-type", "f", "-size", `${logs.length}c`, "-print0")
      expect(there.toString("latin1").split("\0").slice(0, -1).map((path) => path.slice(place.length + 1)).toSorted())
        .toEqual(names.map((name) => name.toString("latin1")).toSorted())
      expect(container.inside("cat", `${place}/a b`)).toEqual(logs)
    }
    Fs.writeFileSync(`${host.path}/leak`, "from outside")
    expect(run(["cp", `${host.path}/leak`, `${container.name}:/var/log`])).toMatchObject(quiet)
    expect(container.inside("cat", "/var/log/leak").toString()).toBe("from outside")
    expect(Fs.readFileSync(leak, "utf8")).toBe(SECRET)
  })

  it("cp writes and unpacks archives without a tar in the container", () => {
    using host = temporary()
    const script =
      "$bin cp \"$1:/var/log/old\" - | tar -C \"$2\" -xpf - && tar -C \"$2\" --format=pax -cf - old | $bin cp - \"$1:/tmp\""
    expect(shell(script, [container.name, host.path])).toMatchObject(quiet)
    expect(treeOf(`/proc/${container.pid}/root/tmp/old`)).toEqual(treeOf(`${host.path}/old`))
    expect(container.inside("stat", "-c", "%U %a", "/tmp/old/same.log").toString()).toBe("app 644\n")
  })
})

describe.skipIf(without("root", containers))("with containers of both runtimes", () => {
  const [runc, podman] = runtimes.map(({ start }) => start)
  if (runc === undefined || podman === undefined) throw new Error("both runtimes must be in the list")

  it("an ordinary user sees which permission is missing", () => {
    using container = podman()
    const { id = "" } = listed().find(({ pid }) => pid === container.pid) ?? {}
    expect(runAsAnother(["cat", "--container", container.name, "/etc/who"])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/; not all names can be read: run this as root\.\n$/)
    })
    expect(runAsAnother(["cat", "--container", id.slice(0, 12), "/etc/who"])).toMatchObject({
      status: 1,
      stderr: `The process ${container.pid} cannot be opened: permission denied; run this as its user, or with ` +
        "CAP_SYS_PTRACE, for example as root (EACCES).\n"
    })
  })

  it("cp copies from one container to another", () => {
    using from = podman()
    using to = runc()
    expect(run(["cp", `${from.name}:/names`, `${from.name}:/var/log`, `${to.name}:/tmp`])).toMatchObject(quiet)
    for (const [source, copy] of [["names", "tmp/names"], ["var/log", "tmp/log"]]) {
      expect(treeOf(`/proc/${to.pid}/root/${copy}`)).toEqual(treeOf(`/proc/${from.pid}/root/${source}`))
    }
  })

  it("a name that two containers have is refused, with other ways to select them", () => {
    using one = podman()
    using another = runc({ name: one.name })
    const id = listed().find(({ pid }) => pid === one.pid)?.id ?? ""
    const { status, stderr, stdout } = run(["cat", "--container", one.name, "/etc/who"])
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: "" })
    expect(stderr).toMatch(/^The name ".*" fits 2 containers, .*: use .*\.\n$/)
    for (const part of [id.slice(0, 12), `(PID ${one.pid})`, `(PID ${another.pid})`]) expect(stderr).toContain(part)
    expect(textOf("cat", "--container", id.slice(0, 12), "/etc/who")).toBe("the container\n")
    expect(textOf("cat", "--pid", String(another.pid), "/etc/who")).toBe("the container\n")
  })

  /** Starts a container of runc whose program is named `runsc`. */
  const runsc = ({ path }: Temporary): Running => {
    Fs.mkdirSync(`${path}/bin`)
    // The program of the container is copied through the first link.
    for (const name of ["sleep", "sh", "mkdir", "mount", "pivot_root", "umount"]) {
      Fs.symlinkSync("runsc", `${path}/bin/${name}`)
    }
    return runc({ root: path })
  }

  /** runc starts the program of a container just after it has started the container. */
  const programOf = ({ pid }: Running) => expect.poll(() => Fs.readlinkSync(`/proc/${pid}/exe`), { timeout: 10_000 })

  it("a container in gVisor is not opened, because its process has the root of gVisor", async () => {
    using place = temporary()
    using container = runsc(place)
    const { name, pid } = container
    await programOf(container).toMatch(/\/runsc$/)
    // Like gVisor: the program is on a mount that is not in the namespace of the process, and its root is empty.
    const script = "mount -t tmpfs none /sys && cd /sys && mkdir old && pivot_root . old && /old/bin/umount -l /old"
    execFileSync("nsenter", [`--target=${pid}`, "--mount", "/bin/sh", "-c", script])
    for (const command of [["ls", "--container", name], ["cp", `${name}:/bin`, `${place.path}/copy`]]) {
      const { stdout, ...result } = run(command)
      expect({ ...result, stdout: stdout.toString() }).toEqual({
        status: 1,
        stdout: "",
        stderr: `The container "${name}" runs in gVisor, which shows its files only to the programs in it: use its ` +
          `runtime, or, if you want the root of gVisor itself, use --pid ${pid}, or pid:${pid}:/PATH with cp.\n`
      })
    }
    expect(textOf("ls", "--pid", String(pid))).toBe("old\n")
  })

  it("a container whose program is named runsc is not taken for one in gVisor", async () => {
    using place = temporary()
    using container = runsc(place)
    await programOf(container).toMatch(/\/runsc$/)
    expect(textOf("ls", "--container", container.name, "/bin")).toContain("runsc\n")
  })
})

describe.skipIf(without("root", containers))("a container that is starting", () => {
  it("is not opened while it still has the root of this machine", async () => {
    using place = temporary()
    const gate = `${place.path}/gate`
    Fs.writeFileSync(gate, "")
    const starting = startSlowly(gate)
    try {
      const find = () => listed().find(({ id }) => id === starting.id)
      await expect.poll(find, { timeout: 30_000 }).toMatchObject({ command: "runc:[2:INIT]" })
      const file = `${place.path}/copy`
      for (const command of [["cat", "--container", starting.id, gate], ["cp", gate, `${starting.id}:${file}`]]) {
        const { stdout, ...result } = run(command)
        expect({ ...result, stdout: stdout.toString() }).toEqual({
          status: 1,
          stdout: "",
          stderr: `The container "${starting.id}" still has the root of this machine, as while it starts: run the ` +
            `command again, or, if you want this root, use --pid ${find()?.pid}, or pid:${find()?.pid}:/PATH with cp.\n`
        })
      }
      expect(Fs.existsSync(file)).toBe(false)
      Fs.rmSync(gate)
      await starting.started
      expect(textOf("cat", "--container", starting.id, "/etc/who")).toBe("the container\n")
    } finally {
      Fs.rmSync(gate, { force: true })
      await starting.stop()
    }
  })
})

/** Makes a wait fail, before the time limit of the test ends the test without removing the container. */
const within = () => ({ signal: AbortSignal.timeout(60_000) })

describe.skipIf(without("root", containers)).each(runtimes)("a container of $name that ends", ({ start }) => {
  it("is not found any more, and neither is its process", () => {
    using container = start()
    container.kill()
    expect(listed().map(({ name }) => name)).not.toContain(container.name)
    for (
      const command of [["cat", "--container", container.name, "/etc/who"], ["cp", `${container.name}:/etc`, "/none"]]
    ) {
      expect(run(command)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^There is no running container "procfsroot-.*"; .*\.\n$/)
      })
    }
    // The parent, which can be any process, does not have to have reaped it yet.
    expect(run(["cat", "--pid", String(container.pid), "/etc/who"])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^(?:There is no process \d+ here: it has ended, it|The process \d+ is a zombie:) .* \(ESRCH\)\.\n$/
      )
    })
  })

  it("while a command uses its root stays usable until the command ends", async () => {
    using container = start()
    const args = [bin, "resolve", "--container", container.name, "--stdin"]
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
    const answer = async (path: string): Promise<string> => {
      child.stdin.write(`${path}\n`)
      const [bytes] = await once(child.stdout, "data", within())
      return String(bytes)
    }
    expect(await answer("/etc/os-release")).toBe("/usr/lib/os-release\n")
    container.kill()
    expect(await answer("/logs/current")).toBe("/var/log/app.log\n")
    child.stdin.end()
    expect(await once(child, "close", within())).toEqual([0, null])
  })

  it("while it is copied is copied completely", async () => {
    using container = start()
    const large = `/proc/${container.pid}/root/tmp/large`
    Fs.mkdirSync(large)
    for (let i = 0; i < 20; i++) Fs.writeFileSync(`${large}/${i}`, logs)
    const child = spawn(process.execPath, [bin, "cp", `${container.name}:/tmp/large`, "-"], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    // When the first part arrives, more is left than fits in a pipe.
    await once(child.stdout, "readable", within())
    container.kill()
    using host = temporary()
    const tar = spawn("tar", ["-C", host.path, "-xf", "-"], { stdio: ["pipe", "inherit", "inherit"] })
    child.stdout.pipe(tar.stdin)
    expect(await Promise.all([once(child, "close", within()), once(tar, "close", within())])).toEqual([[0, null], [
      0,
      null
    ]])
    for (let i = 0; i < 20; i++) expect(Fs.readFileSync(`${host.path}/large/${i}`).equals(logs)).toBe(true)
  })
})
