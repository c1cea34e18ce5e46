/** Runs the built command as its users do: as a process. */
import { judge } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url))

if (!existsSync(bin)) throw new Error(`The command is not built: ${bin} is missing; "npm run build" makes it.`)

export interface Result {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

const environment = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "", TERM: "xterm" }

export const run = (args: ReadonlyArray<string>, input: string | Uint8Array = ""): Result => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [bin, ...args], {
    input,
    env: environment,
    maxBuffer: 1 << 28
  })
  return { status, stdout, stderr: stderr.toString() }
}

/** A program of the machine. */
export const installed = (name: string, variable: "REQUIRE_JUDGES" | "REQUIRE_PROGRAMS") =>
  judge(
    () => spawnSync(name, ["--version"]).error === undefined ? undefined : `${name} cannot be run`,
    false,
    variable
  )

/**
 * If the tests run as root, another user is `nobody`. Otherwise the current user already is another user than that of
 * PID 1.
 */
export const asAnother = { cwd: "/", ...process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {} } as const

export const another = judge(() => {
  const isAnothers = `process.exit(fs.statSync("/proc/1").uid === process.getuid() ? 1 : 0)`
  const { error, status } = spawnSync(process.execPath, ["--eval", isAnothers], asAnother)
  if (error !== undefined) return `Node cannot be run as another user: ${error.message}`
  return status === 0 ? undefined : "the first process is not another user's"
})

/**
 * Runs the command as a user who is not permitted to inspect the processes of others. The command is copied, because
 * that user might not be able to read the directory that it is in.
 */
export const runAsAnother = (args: ReadonlyArray<string>): Result => {
  using directory = temporary()
  const copy = `${directory.path}/procfsroot.mjs`
  copyFileSync(bin, copy)
  chmodSync(directory.path, 0o755)
  const { status, stderr, stdout } = spawnSync(process.execPath, [copy, ...args], { ...asAnother, env: environment })
  return { status, stdout, stderr: stderr.toString() }
}

/** Runs a shell script. In it, `$bin` is the command, and `$1` and so on are the arguments. */
export const shell = (script: string, args: ReadonlyArray<string> = [], env: NodeJS.ProcessEnv = {}): Result => {
  const { status, stderr, stdout } = spawnSync("sh", ["-c", script, "sh", ...args], {
    env: { ...environment, bin: `${process.execPath} ${bin}`, ...env },
    maxBuffer: 1 << 28
  })
  return { status, stdout, stderr: stderr.toString() }
}

export const lines = (text: string | Uint8Array): ReadonlyArray<string> => text.toString().split("\n").slice(0, -1)
