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

/**
 * Limits itself by `seccomp(2)`, and then runs a shell. A filter is a list of instructions (`bpf(2)`): an operation, how
 * many to skip if it is true and if it is not, and an operand.
 */
const program = `import koffi from "koffi"
  import { spawnSync } from "node:child_process"
  const [script, errno, numbers, ...args] = process.argv.slice(1)
  const [loadNumber, ifEqual, give, allow, fail] = [0x20, 0x15, 0x06, 0x7fff0000, 0x00050000]
  const list = [
    [loadNumber, 0, 0, 0],
    ...numbers.split(",").flatMap((number) => [[ifEqual, 0, 1, +number], [give, 0, 0, fail | +errno]]),
    [give, 0, 0, allow]
  ]
  const filter = Buffer.alloc(8 * list.length)
  for (const [at, [code, yes, no, value]] of list.entries()) {
    filter.writeUInt16LE(code, 8 * at)
    filter.set([yes, no], 8 * at + 2)
    filter.writeUInt32LE(value, 8 * at + 4)
  }
  const rules = Buffer.alloc(16)
  rules.writeUInt16LE(list.length)
  rules.writeBigUInt64LE(BigInt(koffi.address(filter)), 8)
  const prctl = koffi.load(null).func("int prctl(int, ulong, void*, ulong, ulong)")
  if (prctl(38, 1, null, 0, 0) !== 0 || prctl(22, 2, rules, 0, 0) !== 0) throw new Error("no seccomp")
  process.exitCode = spawnSync("sh", ["-c", script, "sh", ...args], { stdio: "inherit" }).status`

/** Like `shell`, but the system calls that do this fail. */
export const refusing = (attribute: Attribute, errno: number, script: string, args: ReadonlyArray<string>): Result =>
  shell(`cd "$testkit" && ${process.execPath} --input-type=module --eval "$program" "$@"`, [
    script,
    String(errno),
    calls[process.arch]?.[attribute].join() ?? "",
    ...args
  ], { program, testkit: fileURLToPath(new URL("../../../testkit", import.meta.url)), LC_ALL: "C" })
