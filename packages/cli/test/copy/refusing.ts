/** Runs commands whose system calls fail as the file systems or the rights of others would make them fail. */
import { judge } from "@procfsroot/testkit/judges"
import { fileURLToPath } from "node:url"
import { type Result, shell } from "../command.js"

/** The numbers of the system calls that set an attribute, read or list extended ones, or create a hard link. */
const calls: Readonly<Record<string, Readonly<Record<Attribute, ReadonlyArray<number>>>>> = {
  x64: {
    mode: [90, 91, 268, 452],
    owner: [92, 93, 94, 260],
    times: [132, 235, 261, 280],
    extended: [188, 189, 190],
    reading: [191, 192, 193],
    listing: [194, 195, 196],
    link: [86, 265]
  },
  arm64: {
    mode: [52, 53, 452],
    owner: [54, 55],
    times: [88],
    extended: [5, 6, 7],
    reading: [8, 9, 10],
    listing: [11, 12, 13],
    link: [37]
  }
}

/** What a system call sets or creates; `reading` and `listing`: it reads an extended attribute, or the names of all. */
export type Attribute = "extended" | "link" | "listing" | "mode" | "owner" | "reading" | "times"

export const seccomp = judge(() =>
  calls[process.arch] === undefined ? `the system calls of ${process.arch} are not known` : undefined
)

/** Limits itself by `seccomp(2)`, and then runs a shell. */
const program = `import { refuse } from "@procfsroot/testkit/seccomp"
  import { spawnSync } from "node:child_process"
  const [script, errno, numbers, ...args] = process.argv.slice(1)
  refuse(numbers.split(",").map(Number), Number(errno))
  process.exitCode = spawnSync("sh", ["-c", script, "sh", ...args], { stdio: "inherit" }).status`

/** Like `shell`, but the system calls that do this fail. */
export const refusing = (attribute: Attribute, errno: number, script: string, args: ReadonlyArray<string>): Result =>
  shell(`cd "$testkit" && ${process.execPath} --input-type=module --eval "$program" "$@"`, [
    script,
    String(errno),
    calls[process.arch]?.[attribute].join() ?? "",
    ...args
  ], { program, testkit: fileURLToPath(new URL("../../../testkit", import.meta.url)), LC_ALL: "C" })
