/** The contents of a process's files in procfs (`proc_pid_stat(5)` and others). */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { Live } from "./live.js"

/** The length of a command name, without the NUL at its end (`TASK_COMM_LEN` in `include/linux/sched.h`). */
const COMM_MAX = 15

const FIELDS_OF_STAT = 52

/** The index of the start time among the fields after the name, which is the second field. */
const START_TIME = 19

const nameOf = ({ process: { command = "sh" } }: Live): string =>
  SurrogateEscape.decode((SurrogateEscape.encode(command) ?? new Uint8Array()).subarray(0, COMM_MAX))

const parentOf = ({ process: { parent, pid } }: Live): number => parent ?? (pid === 1 ? 0 : 1)

const stateOf = ({ state }: Live): string => state === "Z" ? "Z (zombie)" : "S (sleeping)"

/** Escapes line breaks, because other fields follow on the next lines (`proc_task_name` in `fs/proc/array.c`). */
const escaped = (name: string): string => name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")

/** Fields that are unknown for a process in memory are 0. */
const stat = (live: Live): string => {
  const fields = Array.from({ length: FIELDS_OF_STAT - 2 }, () => "0")
  fields[0] = live.state ?? ""
  fields[1] = String(parentOf(live))
  fields[START_TIME] = String(live.startTime)
  return `${live.process.pid} (${nameOf(live)}) ${fields.join(" ")}\n`
}

const status = (live: Live): string => {
  const { pid } = live.process
  const { gid, groups = [], uid } = live.user
  const ids = (id: number) => Array.from({ length: 4 }, () => String(id)).join("\t")
  const lines: ReadonlyArray<readonly [string, string | number]> = [
    ["Name", escaped(nameOf(live))],
    ["State", stateOf(live)],
    ["Tgid", pid],
    ["Pid", pid],
    ["PPid", parentOf(live)],
    ["TracerPid", 0],
    ["Uid", ids(uid)],
    ["Gid", ids(gid)],
    ["Groups", groups.map((group) => `${group} `).join("")],
    ["NStgid", pid],
    ["NSpid", pid]
  ]
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join("")
}

/**
 * The kernel omits mounts that the root of the process is inside of (`show_mountinfo`). There is only one mount here,
 * so the file is empty if the root is not `/`.
 */
const mountinfo = ({ process: { memory, namespaceNumber } }: Live): string =>
  memory.place === "/" ? `${namespaceNumber} 1 0:${namespaceNumber & 0xff} / / rw - tmpfs tmpfs rw\n` : ""

/** @internal */
export const texts = {
  cgroup: ({ process: { cgroup = "/" } }: Live) => `0::${cgroup}\n`,
  comm: (live: Live) => `${nameOf(live)}\n`,
  mountinfo,
  stat,
  status
} as const

/** @internal */
export const bytesOf = (text: string): Uint8Array => SurrogateEscape.encode(text) ?? new Uint8Array()

/** @internal */
export const mountNamespace = ({ process: { namespaceNumber } }: Live): string => `mnt:[${namespaceNumber}]`
