/** Every command on containers that run. What a container's own programs say about its files is what must be found. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Fs from "node:fs"
import { setImmediate } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { bin, lines, run, runAsAnother, shell } from "../command.js"
import { pathsBelow, stateOf } from "../copy/boxes.js"
import { names } from "../plain.js"
import { containers, logs, type Running, runtimes } from "./real.js"

const SECRET = "a secret of the host"

const quiet = { status: 0, stderr: "" }

/** What a command prints that succeeds and complains about nothing. */
const printed = (...args: ReadonlyArray<string>): Buffer => {
  const { stdout, ...result } = run(args)
  expect(result).toEqual(quiet)
  return stdout
}

const textOf = (...args: ReadonlyArray<string>): string => printed(...args).toString("latin1")

const sorted = (text: string, separator: string): ReadonlyArray<string> => text.split(separator).toSorted()

/** A tree with everything that a copy keeps. Access times are not: the copy changes those of its source. */
const treeOf = (place: string): ReadonlyArray<unknown> =>
  pathsBelow(place).map((path) => [path.slice(place.length), stateOf(path)])

interface Listed {
  readonly pid: number
  readonly name?: string
  readonly id?: string
}

const listed = (): ReadonlyArray<Listed> => lines(printed("ps", "--json")).map((line) => JSON.parse(line))

// Commands are waited for without a turn of the event loop, but Vitest must hear of each test within a minute.
afterEach(() => setImmediate())

describe.skipIf(without("root", containers)).each(runtimes)("in a container of $name", ({ name: runtime, start }) => {
  using secret = temporary()
  const leak = `${secret.path}/leak`
  let container: Running
  let found: Listed

  beforeAll(() => {
    Fs.mkdirSync(secret.path, { recursive: true })
    Fs.writeFileSync(leak, SECRET)
    container = start({ secret: leak })
    found = listed().find(({ pid }) => pid === container.pid) ?? { pid: 0 }
  })

  afterAll(() => container[Symbol.dispose]())

  const where = (): ReadonlyArray<string> => ["--container", container.name]

  it("ps lists it", () => {
    const id = runtime === "podman" ? { id: expect.stringMatching(/^[0-9a-f]{64}$/) } : {}
    expect(found).toMatchObject({ runtime, name: container.name, user: "root", processes: 1, unreadable: [], ...id })
    expect(found).toMatchObject({ command: "sleep", imageRoot: expect.stringMatching(/^\/./) })
    const row = textOf("ps").split("\n").find((line) => line.includes(container.name))
    expect(row?.split(/ +/).filter((part) => part !== "").slice(0, 6)).toEqual(
      [String(container.pid), "root", "1", runtime, found.id?.slice(0, 12) ?? "-", container.name]
    )
  })

  it("resolve finds it by its name, the beginning of its id, and a process", () => {
    const answer = container.inside("readlink", "-f", "/etc/os-release").toString()
    expect(answer).toBe("/usr/lib/os-release\n")
    const ways = [where(), ["--pid", String(container.pid)], ["--container", found.id?.slice(0, 12) ?? container.name]]
    for (const way of ways) expect(textOf("resolve", ...way, "/etc/os-release")).toBe(answer)
  })

  it("explain shows the links", () => {
    const explained = textOf("explain", ...where(), "/logs/current")
    expect(Buffer.from(explained, "latin1").toString()).toContain("├─ /logs → ../../../../../../var/log")
    expect(explained).toContain("leads to /var/log/app.log\n")
  })

  it("ls shows what is there, with the container's own users", () => {
    // Columns are as wide as they need to be, and the links of /proc are as many as there are processes.
    const normal = (text: string) => text.replace(/^dr-xr-xr-x .* proc$/m, "").replaceAll(/ +/g, " ")
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

  it("stat tells what the container's does", () => {
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

  it("cp -x copies all of it, without /proc and other mounts", () => {
    using place = temporary()
    const { stderr, stdout } = run(["cp", "-x", `${container.name}:/`, `${place.path}/all`])
    expect({ stderr, stdout: stdout.toString() }).toEqual({ stderr: "", stdout: "" })
    expect(Fs.readdirSync(`${place.path}/all/proc`)).toEqual([])
    expect(Fs.readdirSync(`${place.path}/all/sys`)).toEqual([])
    expect(Fs.readFileSync(`${place.path}/all/var/log/app.log`)).toEqual(logs)
    expect(pathsBelow(`${place.path}/all/etc`)).toContain(`${place.path}/all/etc/who`)
  })

  it("readlink prints a link's text", () => {
    for (const path of ["/logs", "/etc/leak", "/var/run"]) {
      expect(printed("readlink", ...where(), path)).toEqual(container.inside("readlink", path))
    }
  })

  it("find finds every name, with newlines and bytes that are not UTF-8", () => {
    const own = textOf("find", ...where(), "/", "-print0")
    expect(own).toContain("/names/x\ny\0")
    expect(own).toContain("/names/a\xff\0")
    // Processes come and go.
    const still = (text: string) => sorted(text, "\0").filter((path) => !/^\/proc\/(?:\d|irq|fs|sys)/.test(path))
    expect(still(own)).toEqual(still(container.inside("find", "/", "-print0").toString("latin1")))
    expect(still(own).filter((path) => path.startsWith("/names/")).length).toBe(names.length)
  })

  it("du counts blocks once", () => {
    const [blocks] = textOf("du", "-s", ...where(), "/var/log").split("\t")
    const inodes = new Map(
      lines(container.inside("find", "/var/log", "-exec", "/judge/stat", "-c", "%i %b", "{}", ";")).map((line) => {
        const [inode = "", count = ""] = line.split(" ")
        return [inode, Number(count)]
      })
    )
    expect(Number(blocks)).toBe(Array.from(inodes.values()).reduce((sum, count) => sum + count, 0) / 2)
  })

  it("cp copies out, with everything kept and nothing of the host", () => {
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

  it("cp copies in, by a process too, and what links name on the host stays as it is", () => {
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

  it("cp writes an archive and unpacks it, with no tar in the container", () => {
    using host = temporary()
    const script =
      "$bin cp \"$1:/var/log/old\" - | tar -C \"$2\" -xpf - && tar -C \"$2\" --format=pax -cf - old | $bin cp - \"$1:/tmp\""
    expect(shell(script, [container.name, host.path])).toMatchObject(quiet)
    expect(treeOf(`/proc/${container.pid}/root/tmp/old`)).toEqual(treeOf(`${host.path}/old`))
    expect(container.inside("stat", "-c", "%U %a", "/tmp/old/same.log").toString()).toBe("app 644\n")
  })
})

describe.skipIf(without("root", containers))("with containers of both", () => {
  const [runc, podman] = runtimes.map(({ start }) => start)
  if (runc === undefined || podman === undefined) throw new Error("there are two")

  it("an ordinary user learns which permission they need", () => {
    using container = podman()
    const { id = "" } = listed().find(({ pid }) => pid === container.pid) ?? {}
    expect(runAsAnother(["cat", "--container", container.name, "/etc/who"])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/; the names? of \d+ others? may not be read: run this as root\.\n$/)
    })
    expect(runAsAnother(["cat", "--container", id.slice(0, 12), "/etc/who"])).toMatchObject({
      status: 1,
      stderr: `The process ${container.pid} cannot be inspected; run this as its user or as root (EACCES).\n`
    })
  })

  it("cp copies from one to the other", () => {
    using from = podman()
    using to = runc()
    expect(run(["cp", `${from.name}:/names`, `${from.name}:/var/log`, `${to.name}:/tmp`])).toMatchObject(quiet)
    for (const [source, copy] of [["names", "tmp/names"], ["var/log", "tmp/log"]]) {
      expect(treeOf(`/proc/${to.pid}/root/${copy}`)).toEqual(treeOf(`/proc/${from.pid}/root/${source}`))
    }
  })

  it("a name that both have is refused, and says what would do", () => {
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
})

/** What does not come fails, instead of leaving the container when the time of the test is over. */
const within = () => ({ signal: AbortSignal.timeout(60_000) })

describe.skipIf(without("root", containers)).each(runtimes)("a container of $name that ends", ({ start }) => {
  it("is not found any more, nor is its process", () => {
    using container = start()
    container.kill()
    expect(listed().map(({ name }) => name)).not.toContain(container.name)
    for (
      const command of [["cat", "--container", container.name, "/etc/who"], ["cp", `${container.name}:/etc`, "/none"]]
    ) {
      expect(run(command)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^There is no container "procfsroot-.*" among the running ones.*\.\n$/)
      })
    }
    // Its parent, which may be anybody, need not know yet.
    expect(run(["cat", "--pid", String(container.pid), "/etc/who"])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^(?:There is no process \d+ here: it has ended, or|The process \d+ is a zombie:) .* \(ESRCH\)\.\n$/
      )
    })
  })

  it("while a command is in its root, is used to the end of the command", async () => {
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

  it("while it is copied, is copied whole", async () => {
    using container = start()
    const large = `/proc/${container.pid}/root/tmp/large`
    Fs.mkdirSync(large)
    for (let i = 0; i < 20; i++) Fs.writeFileSync(`${large}/${i}`, logs)
    const child = spawn(process.execPath, [bin, "cp", `${container.name}:/tmp/large`, "-"], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    // No pipe holds as much as is left when the first part has come.
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
