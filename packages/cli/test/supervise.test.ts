/** Tests that a command with a time limit behaves the same, although it runs in a child process. */
import { permissionModel } from "@procfsroot/testkit/runtime"
import { temporary } from "@procfsroot/testkit/temporary"
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, openSync, readFileSync } from "node:fs"
import { text } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { bin, lines, run, shell } from "./command.js"

const childIfThere = (pid: number | undefined): number | undefined =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]) || undefined

/** A signal to PID 0 would end the tests. */
const childOf = (pid: number | undefined): number => {
  const child = childIfThere(pid)
  if (child === undefined) throw new Error("the command has no child")
  return child
}

/** Kills what is left of a group of processes. Without a PID, there is none. */
const killGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL")
  } catch {
    // No process is left.
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\t[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

interface Started {
  readonly parent: ChildProcess
  readonly child: number
}

/** A command that reads standard input until it ends. */
const reading = ["resolve", "--root", "/", "--timeout", "100", "--stdin"]

/** Starts a command, and waits for its first result. */
const started = async (): Promise<Started> => {
  const parent = spawn(process.execPath, [bin, ...reading], { stdio: ["pipe", "pipe", "inherit"] })
  parent.stdin.write("/\n")
  const [answer] = await once(parent.stdout, "data")
  expect(String(answer)).toBe("/\n")
  return { parent, child: childOf(parent.pid) }
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 500 && !holds(); turn++) await sleep(10)
  expect(holds()).toBe(true)
}

describe("a command with --timeout", () => {
  it.for<ReadonlyArray<string>>([
    ["cat", "--root", "/", "/proc/version"],
    ["cat", "--root", "/", "/missing", "/proc/version"],
    ["resolve", "--root", "/missing", "/"],
    ["resolve", "--root", "/"],
    ["find", "--root", "/proc/sys/fs", "-name", "protected*"]
  ])("has the same output and status as without: %j", ([name = "", ...args]) => {
    expect(run([name, "--timeout", "60", ...args])).toEqual(run([name, ...args]))
  })

  it("keeps the bytes of names", () => {
    using directory = temporary()
    const script =
      `cd "$root" && name=$(printf 'a\\377') && echo content > "$name" && $bin cat --root . --timeout 9 "$name"`
    const { status, stdout } = shell(script, [], { root: directory.path })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: "content\n" })
  })

  it("reads the standard input", () => {
    expect(run(reading, "/proc\n/missing\n").stdout.toString()).toBe("/proc\n")
  })

  it("ends by itself when the time is up while it waits for input", async () => {
    const args = [bin, "resolve", "--root", "/", "--timeout", "1", "--stdin"]
    const parent = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "pipe"] })
    const [[sentence], end] = await Promise.all([once(parent.stderr, "data"), once(parent, "exit")])
    expect([String(sentence), end]).toEqual(["The command took longer than the 1 s of --timeout.\n", [1, null]])
  })

  it("ends quietly if nobody reads its output", () => {
    const { status, stderr, stdout } = shell("$bin find --root /proc/sys --timeout 60 | head -n 1")
    expect({ status, stderr, stdout: stdout.toString() }).toEqual({ status: 0, stderr: "", stdout: "/\n" })
  })

  it.for(["SIGINT", "SIGTERM", "SIGHUP"] as const)("ends by %s together with its child", async (signal) => {
    const { child, parent } = await started()
    parent.kill(signal)
    expect(await once(parent, "exit")).toEqual([null, signal])
    await until(() => !isAlive(child))
  })

  it("ends by the signal that ends its child", async () => {
    const { child, parent } = await started()
    process.kill(child, "SIGKILL")
    expect(await once(parent, "exit")).toEqual([null, "SIGKILL"])
  })

  it("leaves no child if it is killed", async () => {
    const { child, parent } = await started()
    expect(isAlive(child)).toBe(true)
    parent.kill("SIGKILL")
    await once(parent, "exit")
    await until(() => !isAlive(child))
  })

  it("leaves no child if it is killed while its child starts", async () => {
    using directory = temporary()
    const fifo = `${directory.path}/fifo`
    execFileSync("mkfifo", [fifo])
    const stdin = openSync(fifo, "r+") // it does not end when the parent does
    const parent = spawn(process.execPath, [bin, ...reading], { stdio: [stdin, "pipe", "inherit"], detached: true })
    try {
      await until(() => childIfThere(parent.pid) !== undefined)
      const child = childOf(parent.pid)
      process.kill(child, "SIGSTOP")
      parent.kill("SIGKILL")
      expect(await once(parent, "exit")).toEqual([null, "SIGKILL"])
      let isOpen = true
      parent.stdout?.once("close", () => isOpen = false).resume()
      process.kill(child, "SIGCONT")
      // No process has it any more.
      await until(() => !isOpen)
    } finally {
      killGroup(parent.pid)
      closeSync(stdin)
    }
  })

  it("ends even if its child does not react", async () => {
    const { child, parent } = await started()
    process.kill(child, "SIGSTOP")
    const begun = Date.now()
    parent.kill("SIGTERM")
    expect(await once(parent, "exit")).toEqual([null, "SIGTERM"])
    expect(Date.now() - begun).toBeLessThan(5_000)
    await until(() => !isAlive(child))
  })

  it("has a child even if the variable for children is set", () => {
    const env = { PROCFSROOT_SUPERVISOR: String(process.pid) }
    expect(shell("$bin cat --root / --timeout 9 /proc/version", [], env).status).toBe(0)
  })

  it("only reports it if no descriptor is free to start its child", async () => {
    const script =
      "for n in $(seq 16 32); do (ulimit -n $n; exec $bin cat --root / --timeout 9 /proc/version) 2>&1; done"
    // In a process group of its own: the command once killed the group that it was in.
    const parent = spawn("sh", ["-c", `${script}; echo end`], {
      detached: true,
      env: { ...process.env, bin: `${process.execPath} ${bin}` }
    })
    const [output, [status]] = await Promise.all([text(parent.stdout), once(parent, "exit")])
    const reports = lines(output).filter((line) => line.startsWith("The command cannot be started: "))
    expect(reports).not.toEqual([])
    expect(reports.every((line) => line.endsWith(" EMFILE."))).toBe(true)
    expect(output).not.toContain("TypeError")
    expect({ status, last: lines(output).at(-1) }).toEqual({ status: 0, last: "end" })
  })

  it("only reports it if Node's permission model forbids child processes", () => {
    const args = [
      permissionModel,
      "--no-warnings",
      "--allow-fs-read=*",
      bin,
      "cat",
      "--root",
      "/",
      "--timeout",
      "9",
      "/x"
    ]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" })
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^The command cannot be started: Access to this API has been restricted.*\n$/)
    })
  })
})
