/** Contestants in other languages. Each is built if its compiler is installed. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Program } from "./processes.js"

export const names = {
  c: "floor: the same in C",
  go: "Go: procfsroot.EvalSymlinks"
} as const

export interface Built {
  readonly name: string
  readonly file: string
}

const native = fileURLToPath(new URL("../native/", import.meta.url))

const succeeds = (program: string, args: ReadonlyArray<string>, cwd: string): boolean =>
  spawnSync(program, args, { cwd, stdio: "ignore", timeout: 60_000 }).status === 0

/** Builds the programs that can be built on this machine, in the new directory `place`. */
export const build = (place: string): ReadonlyArray<Built> => {
  mkdirSync(place)
  const go = `${place}/go`
  cpSync(`${native}go`, go, { recursive: true })
  const programs = [
    {
      name: names.c,
      file: `${place}/floor`,
      isBuilt: succeeds("cc", ["-O2", "-o", "floor", `${native}floor.c`], place)
    },
    // `-mod=mod` writes go.sum. The module comes from the module cache or the proxy, if one of them has it.
    { name: names.go, file: `${go}/seed`, isBuilt: succeeds("go", ["build", "-mod=mod", "-o", "seed", "."], go) }
  ]
  return programs.filter(({ isBuilt }) => isBuilt)
}

/** The program for one root. */
export const programFor = (root: string) => ({ file, name }: Built): Program => ({ name, command: file, args: [root] })
