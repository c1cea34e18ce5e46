/** Describes the machine and the versions of the programs with which a run was measured. */
import { spawnSync } from "node:child_process"
import { statfsSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, release, tmpdir, totalmem } from "node:os"
import koffi from "koffi"

export interface Machine {
  readonly date: string
  readonly processor: string
  /** Gigabytes. */
  readonly memory: number
  readonly kernel: string
  /** The type of the file system of the temporary directory, as a number in hexadecimal (`statfs(2)`). */
  readonly fileSystem: string
  /** Versions, by the name of the program or package. */
  readonly versions: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)

const packages = ["@procfsroot/node", "effect", "effect4", "@effect/platform", "memfs"] as const

const versionOf = (name: string): string => {
  const { version } = require(`${name}/package.json`) as { readonly version: string } // every package has one
  return version
}

/** The version that a compiler prints. Empty if it is not installed. */
const compiler = (name: string, args: ReadonlyArray<string>): ReadonlyArray<readonly [string, string]> => {
  const { status, stdout } = spawnSync(name, args, { encoding: "utf8" })
  return status === 0 ? [[name, (stdout.split("\n", 1)[0] ?? "").replace(/^(?:cc|go version) /, "")]] : []
}

export const describe = (): Machine => ({
  date: new Date().toISOString(),
  processor: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  memory: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  fileSystem: `0x${statfsSync(tmpdir()).type.toString(16)}`,
  versions: {
    node: process.version,
    ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
    koffi: koffi.version,
    ...Object.fromEntries([...compiler("cc", ["--version"]), ...compiler("go", ["version"])])
  }
})
