/** Containers of runtimes that are installed here, with a program and nothing more in them. */
import { judge } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"

const busybox = "/bin/busybox"

const installed = (program: string) =>
  judge(
    () => {
      for (const [name, ...args] of [[program, "--version"], [busybox, "true"]] as const) {
        const { error, status, stderr } = spawnSync(name, args, { encoding: "utf8" })
        if (error !== undefined || status !== 0) return `${name} cannot be run: ${error?.message ?? stderr}`
      }
      return undefined
    },
    true,
    "REQUIRE_CONTAINERS"
  )

export const runc = installed("runc")
export const podman = installed("podman")

interface Running extends Disposable {
  readonly pid: number
  readonly name: string
}

/** Without pipes: the container would keep them open after the command has ended. */
const execute = (program: string, args: ReadonlyArray<string>, cwd: string): void => {
  const { error, status } = spawnSync(program, args, { cwd, stdio: "ignore", timeout: 60_000 })
  if (error !== undefined || status !== 0) throw error ?? new Error(`${program} ${args.join(" ")}: status ${status}`)
}

const makeRoot = (directory: string): void => {
  for (const name of ["bin", "dev", "etc", "proc", "run", "sys"]) mkdirSync(`${directory}/${name}`, { recursive: true })
  copyFileSync(busybox, `${directory}/bin/sleep`)
  writeFileSync(`${directory}/etc/who`, "the container\n")
}

const pidIn = (file: string): number => Number(readFileSync(file, "utf8"))

export const startRunc = (): Running => {
  const { path, [Symbol.dispose]: remove } = temporary()
  const name = `procfsroot-runc-${process.pid}`
  makeRoot(`${path}/rootfs`)
  execute("runc", ["spec"], path)
  const spec = JSON.parse(readFileSync(`${path}/config.json`, "utf8"))
  spec.process.terminal = false
  spec.process.args = ["/bin/sleep", "1000"]
  writeFileSync(`${path}/config.json`, JSON.stringify(spec))
  execute("runc", ["run", "--detach", "--pid-file", "pid", name], path)
  return {
    pid: pidIn(`${path}/pid`),
    name,
    [Symbol.dispose]: () => {
      execute("runc", ["delete", "--force", name], path)
      remove()
    }
  }
}

/** With the storage of the machine, where its names are looked for; crun refuses cgroups of both versions at once. */
const podmanArgs = ["--storage-driver", "vfs", "--runtime", "runc", "--cgroup-manager", "cgroupfs"]

export const startPodman = (): Running => {
  const { path, [Symbol.dispose]: remove } = temporary()
  const name = `procfsroot-podman-${process.pid}`
  const call = (...args: ReadonlyArray<string>) => execute("podman", [...podmanArgs, ...args], path)
  makeRoot(`${path}/rootfs`)
  execute("tar", ["-C", "rootfs", "-cf", "root.tar", "."], path)
  call("import", "root.tar", name)
  call("run", "--detach", "--network", "none", "--pidfile", `${path}/pid`, "--name", name, name, "/bin/sleep", "1000")
  return {
    pid: pidIn(`${path}/pid`),
    name,
    [Symbol.dispose]: () => {
      call("rm", "--force", "--time", "0", name)
      call("rmi", "--force", name)
      remove()
    }
  }
}
