/** Starts containers with the runtimes that are installed here. They contain a single program: no shell, and no tar. */
import { judge } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import * as Fs from "node:fs"
import { names } from "../plain.js"

/**
 * A single binary with many programs, chosen by the name that it is called with. In the containers these names are in
 * `/judge`.
 */
const busybox = "/bin/busybox"

const applets = ["cat", "find", "ls", "readlink", "stat"] as const

/** The user and group of `/var/log/app.log`. The host has another name for them, or none. */
const app = 4_711

export const logs = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(""))

/** Creates what a container needs to run. */
const makeRoot = (directory: string): void => {
  for (const name of ["bin", "dev", "proc", "sys"]) Fs.mkdirSync(`${directory}/${name}`, { recursive: true })
  Fs.copyFileSync(busybox, `${directory}/bin/sleep`)
}

/** Creates files like those of a small image. `secret` is a file on the host that links in the container point to. */
const fill = (directory: string, secret: string): void => {
  const at = (name: string) => `${directory}/${name}`
  for (const name of ["etc", "judge", "names", "run", "tmp", "usr/lib", "var/log/old"]) {
    Fs.mkdirSync(at(name), { recursive: true })
  }
  for (const name of applets) Fs.symlinkSync("/bin/sleep", at(`judge/${name}`))
  Fs.writeFileSync(at("etc/who"), "the container\n")
  Fs.writeFileSync(at("etc/passwd"), `root:x:0:0::/:/none\napp:x:${app}:${app}::/:/none\n`)
  Fs.writeFileSync(at("etc/group"), `root:x:0:\napp:x:${app}:\n`)
  Fs.writeFileSync(at("usr/lib/os-release"), "ID=small\n")
  Fs.symlinkSync("../usr/lib/os-release", at("etc/os-release"))
  Fs.symlinkSync("/run", at("var/run"))
  Fs.symlinkSync("../../../../../../var/log", at("logs"))
  Fs.symlinkSync(secret, at("etc/leak"))
  for (const name of names) Fs.writeFileSync(Buffer.concat([Buffer.from(at("names/")), name]), name)
  Fs.writeFileSync(at("var/log/app.log"), logs)
  Fs.chownSync(at("var/log/app.log"), app, app)
  Fs.linkSync(at("var/log/app.log"), at("var/log/old/same.log"))
  Fs.symlinkSync("app.log", at("var/log/current"))
  Fs.symlinkSync(secret, at("var/log/leak"))
  Fs.writeFileSync(at("var/log/sparse"), "")
  Fs.truncateSync(at("var/log/sparse"), 10_000_000)
  Fs.utimesSync(at("var/log/app.log"), 1, 1_000_000_000.25)
}

/**
 * Runs a program. Its output goes to a file, because the container would keep pipes open after the program has ended.
 */
const execute = (program: string, args: ReadonlyArray<string>, cwd: string): void => {
  const fd = Fs.openSync(`${cwd}/errors`, "w")
  const { error, status } = spawnSync(program, args, { cwd, stdio: ["ignore", "ignore", fd], timeout: 60_000 })
  Fs.closeSync(fd)
  if (error !== undefined) throw error
  const last = Fs.readFileSync(`${cwd}/errors`, "utf8").trim().split("\n").at(-1)
  if (status !== 0) throw new Error(`${program} ended with the status ${status}: ${last}`)
}

export interface Running extends Disposable {
  readonly pid: number
  readonly name: string
  /** Runs a program in the container, and returns what it prints. */
  readonly inside: (applet: typeof applets[number], ...args: ReadonlyArray<string>) => Buffer
  /** Kills its processes, and waits until they are gone. The records of the runtime stay. */
  readonly kill: () => void
}

interface Start {
  readonly name?: string
  /** The directory to use as its root. Only what is needed to run is added to it. */
  readonly root?: string
  /** A file on the host. */
  readonly secret?: string
}

const printedBy = (program: string, args: ReadonlyArray<string>): Buffer => {
  const { error, status, stderr, stdout } = spawnSync(program, args, { timeout: 60_000, maxBuffer: 1 << 28 })
  if (error !== undefined || status !== 0) throw error ?? new Error(`${args.join(" ")}: ${stderr.toString()}`)
  return stdout
}

const pidIn = (file: string): number => Number(Fs.readFileSync(file, "utf8"))

const nameOf = (runtime: string): string => `procfsroot-${runtime}-${randomBytes(6).toString("hex")}`

/** Waits until `isSo` returns true, at most ten seconds. */
const waitUntil = (isSo: () => boolean): void => {
  const turn = new Int32Array(new SharedArrayBuffer(4))
  for (let i = 0; i < 1_000 && !isSo(); i++) Atomics.wait(turn, 0, 0, 10)
}

const gone = (pid: number) => (): boolean => !Fs.existsSync(`/proc/${pid}/root/.`)

const withPlace = <A>(use: (path: string, remove: () => void) => A): A => {
  const { path, [Symbol.dispose]: remove } = temporary()
  try {
    return use(path, remove)
  } catch (error) {
    remove()
    throw error
  }
}

interface Bundle {
  readonly root?: string | undefined
  readonly secret: string
  readonly cgroup?: string
  /** What runs before the container gets its root. */
  readonly hook?: ReadonlyArray<string>
}

/** Creates the settings of a container of runc, and its root if that is not `root`. */
const makeBundle = (path: string, { cgroup, hook, root, secret }: Bundle): void => {
  makeRoot(root ?? `${path}/rootfs`)
  if (root === undefined) fill(`${path}/rootfs`, secret)
  execute("runc", ["spec"], path)
  const spec = JSON.parse(Fs.readFileSync(`${path}/config.json`, "utf8"))
  spec.process.terminal = false
  spec.process.args = ["/bin/sleep", "1000"]
  spec.root = { path: root ?? "rootfs", readonly: false }
  if (cgroup !== undefined) spec.linux.cgroupsPath = cgroup
  if (hook !== undefined) spec.hooks = { createRuntime: [{ path: busybox, args: hook }] }
  Fs.writeFileSync(`${path}/config.json`, JSON.stringify(spec))
}

const startRunc = ({ name = nameOf("runc"), root, secret = "/none" }: Start = {}): Running =>
  withPlace((path, remove) => {
    makeBundle(path, { root, secret })
    execute("runc", ["run", "--detach", "--pid-file", "pid", name], path)
    const pid = pidIn(`${path}/pid`)
    return {
      pid,
      name,
      inside: (applet, ...args) => printedBy("runc", ["exec", name, `/judge/${applet}`, ...args]),
      kill: () => {
        execute("runc", ["kill", name, "KILL"], path)
        waitUntil(gone(pid))
      },
      [Symbol.dispose]: () => {
        execute("runc", ["delete", "--force", name], path)
        remove()
      }
    }
  })

/**
 * Starts a container that does not have its own root before the file `gate` is gone, as with a slow hook. Its cgroup is
 * like one of docker, since runc records a container only after that.
 */
export const startSlowly = (gate: string) =>
  withPlace((path, remove) => {
    const runtime = "runc"
    const [name, id] = [nameOf(runtime), randomBytes(32).toString("hex")]
    const hook = ["sh", "-c", `while [ -e "$0" ]; do sleep 0.01; done`, gate]
    makeBundle(path, { secret: "/none", cgroup: `/docker-${id}`, hook })
    const child = spawn(runtime, ["run", "--detach", name], { cwd: path, stdio: "ignore" })
    const started = once(child, "exit")
    return {
      id,
      started,
      stop: async (): Promise<void> => {
        await started
        execute(runtime, ["delete", "--force", name], path)
        remove()
      }
    }
  })

/**
 * Uses the storage of the machine, where names are looked up. The runtime is runc, since crun does not accept cgroups
 * of both versions at once.
 */
const podmanArgs = ["--storage-driver", "vfs", "--runtime", "runc", "--cgroup-manager", "cgroupfs"]

const startPodman = ({ name = nameOf("podman"), root, secret = "/none" }: Start = {}): Running =>
  withPlace((path, remove) => {
    const call = (...args: ReadonlyArray<string>) => execute("podman", [...podmanArgs, ...args], path)
    makeRoot(root ?? `${path}/rootfs`)
    if (root === undefined) fill(`${path}/rootfs`, secret)
    if (root === undefined) {
      execute("tar", ["-C", "rootfs", "-cf", "root.tar", "."], path)
      call("import", "root.tar", name)
    }
    const image = root === undefined ? [name] : ["--rootfs", root]
    const options = ["--detach", "--network", "none", "--pidfile", `${path}/pid`, "--name", name]
    call("run", ...options, ...image, "/bin/sleep", "1000")
    const pid = pidIn(`${path}/pid`)
    return {
      pid,
      name,
      inside: (applet, ...args) => printedBy("podman", [...podmanArgs, "exec", name, `/judge/${applet}`, ...args]),
      kill: () => {
        call("kill", name)
        waitUntil(gone(pid))
      },
      [Symbol.dispose]: () => {
        call("rm", "--force", "--time", "0", name)
        if (root === undefined) call("rmi", "--force", name)
        remove()
      }
    }
  })

interface Runtime {
  readonly name: "runc" | "podman"
  readonly start: (options?: Start) => Running
}

export const runtimes: ReadonlyArray<Runtime> = [
  { name: "runc", start: startRunc },
  { name: "podman", start: startPodman }
]

/** Whether containers of both runtimes can be run here. */
export const containers = judge(
  () => {
    for (const { name, start } of runtimes) {
      try {
        using container = start()
        container.inside("cat", "/etc/who")
      } catch (error) {
        return `no container of ${name} can be run here: ${error instanceof Error ? error.message : String(error)}`
      }
    }
    return undefined
  },
  true,
  "REQUIRE_CONTAINERS"
)
