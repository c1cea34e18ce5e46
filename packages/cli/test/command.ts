/** Runs the built command as its users do: as a process. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url))

if (!existsSync(bin)) throw new Error(`The command is not built: ${bin} is missing; "npm run build" makes it.`)

export interface Result {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

const environment = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "" }

export const run = (args: ReadonlyArray<string>, input: string | Uint8Array = ""): Result => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [bin, ...args], {
    input,
    env: environment,
    maxBuffer: 1 << 28
  })
  return { status, stdout, stderr: stderr.toString() }
}

/** Through a shell, for what a shell can do: `$bin` is the command, `$1` and so on the arguments. */
export const shell = (script: string, args: ReadonlyArray<string> = [], env: NodeJS.ProcessEnv = {}): Result => {
  const { status, stderr, stdout } = spawnSync("sh", ["-c", script, "sh", ...args], {
    env: { ...environment, bin: `${process.execPath} ${bin}`, ...env },
    maxBuffer: 1 << 28
  })
  return { status, stdout, stderr: stderr.toString() }
}

export const lines = (text: string | Uint8Array): ReadonlyArray<string> => text.toString().split("\n").slice(0, -1)
