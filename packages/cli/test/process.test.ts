/** Tests the roots of running processes, and the errors for processes without an accessible root. */
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, copyFileSync, readFileSync, readlinkSync } from "node:fs"
import { Readable, Writable } from "node:stream"
import { describe, expect, it } from "vitest"
import { another, bin, lines, run, runAsAnother } from "./command.js"

describe.skipIf(without("mount"))("a process in a mount namespace of its own", () => {
  it.for(["pivot_root", "chroot"] as const)("is used as the root after %s", async (entering) => {
    using directory = temporary()
    materialize(directory.path, [
      { path: "/proc", type: "dir" },
      { path: "/run/docker.sock", type: "file" },
      { path: "/var/run", type: "symlink", target: "/run" },
      { path: "/usr/bin/sh", type: "file" },
      { path: "/bin", type: "symlink", target: "usr/bin" },
      { path: "/climb", type: "symlink", target: "../../../../bin/sh" },
      { path: "/mounted", type: "symlink", target: "/proc/sys" }
    ])
    await using child = await startIn(directory.path, entering)
    expect(readlinkSync(`/proc/${child.pid}/ns/mnt`)).not.toBe(readlinkSync("/proc/self/ns/mnt"))

    const pid = String(child.pid)
    const paths = ["/var/run/docker.sock", "/bin/sh", "climb", "/../..", "/mounted"]
    const { status, stderr, stdout } = run(["resolve", "--pid", pid, ...paths])
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    expect(lines(stdout)).toEqual(["/run/docker.sock", "/usr/bin/sh", "/usr/bin/sh", "/", "/proc/sys"])
    // It is mounted in the process only: on the host, the directory is empty.
    expect(run(["resolve", "--root", directory.path, "/mounted"]).status).toBe(1)

    const [host = ""] = lines(run(["resolve", "--pid", pid, "--host", "/var/run/docker.sock"]).stdout)
    expect(readFileSync(host, "utf8")).toBe("content of /run/docker.sock\n")
    expect(run(["explain", "--pid", pid, "/bin/sh"]).stdout.toString()).toBe(`\
/bin/sh in the root /proc/${pid}/root
└─ /bin → usr/bin
leads to /usr/bin/sh
without the root: /proc/${pid}/root/bin/sh opens the same file
`)
    expect(run(["explain", "--pid", pid, "/var/run/docker.sock"]).stdout.toString()).toMatch(
      /^without the root: \/proc\/\d+\/root\/var\/run\/docker.sock (cannot be opened|opens another file)/m
    )

    await child.stop()
    expect(run(["resolve", "--pid", pid, "/"])).toMatchObject({
      status: 1,
      stderr:
        `There is no process ${pid} here: it has ended, it belongs to another PID namespace, or procfs hides it (ESRCH).\n`
    })
  })
})

it.skipIf(without("mountHere"))("without procfs, an argument that is not UTF-8 is refused with a sentence", () => {
  const script = "umount -l /proc && $1 $2 ls --root / \"$(printf '/\\377')\""
  const args = ["--mount", "sh", "-c", script, "sh", process.execPath, bin]
  const { status, stderr } = spawnSync("unshare", args, { encoding: "utf8" })
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "The bytes of the arguments cannot be read from \"/proc/self/cmdline\"; procfs must be mounted: no such " +
      "file or directory (ENOENT).\n"
  })
})

describe("a process whose root cannot be opened", () => {
  it.skipIf(without("mountHere")).each([
    [
      "hidepid=1",
      "The root of process 1 cannot be opened: permission denied; run this as the process's user, or " +
      "with CAP_SYS_PTRACE, for example as root (EPERM).\n"
    ],
    [
      "hidepid=2",
      "There is no process 1 here: it has ended, it belongs to another PID namespace, or procfs hides it " +
      "(ESRCH).\n"
    ]
  ])("is not said to have ended if procfs hides it: %s", (option, message) => {
    using directory = temporary()
    const copy = `${directory.path}/procfsroot.mjs`
    copyFileSync(bin, copy)
    chmodSync(directory.path, 0o755)
    const script =
      "mount -t proc -o $1 proc /proc; setpriv --reuid 65534 --regid 65534 --clear-groups $2 $3 ls --pid 1; exit $?"
    const args = ["--mount", "--pid", "--fork", "sh", "-c", script, "sh", option, process.execPath, copy]
    const { status, stderr } = spawnSync("unshare", args, { cwd: "/", encoding: "utf8" })
    expect({ status, stderr }).toEqual({ status: 1, stderr: message })
  })

  it("is reported as a zombie if it has ended and its parent has not waited for it", async () => {
    // The shell is replaced by a program that never waits for the child of the shell.
    const parent = spawn("sh", ["-c", "cat <&3 > /dev/null & echo $!; exec sleep 100"], {
      stdio: ["ignore", "pipe", "ignore", "pipe"]
    })
    const [, output, , input] = parent.stdio
    if (!(output instanceof Readable && input instanceof Writable)) throw new Error("these streams must be pipes")
    const [text] = await once(output, "data")
    const pid = String(text).trim()
    const until = async (process: string | number | undefined, state: RegExp) => {
      while (!state.test(readFileSync(`/proc/${process}/stat`, "utf8"))) await new Promise(setImmediate)
    }
    await until(parent.pid, /\(sleep\)/)
    input.end()
    await until(pid, /\) Z/)
    const result = run(["resolve", "--pid", pid, "/"])
    parent.kill()
    expect(result).toMatchObject({
      status: 1,
      stderr: `The process ${pid} is a zombie: it has ended and has no root any more (ESRCH).\n`
    })
  })

  it.skipIf(without(another))("is reported if it belongs to another user", () => {
    expect(runAsAnother(["resolve", "--pid", "1", "/"])).toMatchObject({
      status: 1,
      stderr: "The root of process 1 cannot be opened: permission denied; run this as the process's user, or with " +
        "CAP_SYS_PTRACE, for example as root (EACCES).\n"
    })
  })
})
