/** Keeps hold of a process, so that a later process with the same PID cannot be mistaken for it. */
import { constants } from "node:fs"
import { type FileHandle, open, readFile, readlink } from "node:fs/promises"
import { Unusable } from "../failure.js"
import { mountsIn } from "../mountinfo.js"
import { O_PATH } from "../withoutRoot.js"
import { errnoOf } from "./errno.js"
import type { Container } from "./find.js"
import { parseStat, rootMountIn } from "./processes.js"

/**
 * The path opens the root of the process until this is disposed of. If the process has ended, opening fails with ENOENT
 * or ESRCH.
 */
export interface Pinned extends AsyncDisposable {
  readonly path: string
  /** The path of its directory in procfs. */
  readonly process: string
}

/** The first process of the container cannot be opened. */
export class CannotPin extends Unusable {
  override readonly name = "CannotPin"
  readonly code: string

  constructor(pid: number, code: string, why: string, options?: ErrorOptions) {
    super(`The process ${pid} ${why} (${code}).`, options)
    this.code = code
  }
}

const whyOf = (code: string): string => {
  switch (code) {
    case "ENOENT":
    case "ESRCH":
      return "has ended since it was found; run the command again"
    case "EACCES":
    case "EPERM":
      return "cannot be opened: permission denied; run this as its user, or with CAP_SYS_PTRACE, for example as root"
    case "EMFILE":
    case "ENFILE":
      return "cannot be opened, since too many files are open; close some, or raise the limit (ulimit -n)"
    default:
      return "cannot be opened"
  }
}

/**
 * Turns a failed system call into an error about the process, because the paths of its files would tell the user
 * nothing.
 */
export const holding = async <A>(pid: number, read: () => Promise<A>): Promise<A> => {
  try {
    return await read()
  } catch (cause) {
    const code = errnoOf(cause)
    throw new CannotPin(pid, code, whyOf(code), { cause })
  }
}

/** When a process was started, from its directory in procfs. What cannot be parsed equals no time. */
export const startTimeIn = async (directory: string, pid: number): Promise<number> =>
  parseStat(await holding(pid, () => readFile(`${directory}/stat`, "latin1")))?.startTime ?? NaN

/**
 * Whether the process of a container still has the root of this machine, or of the program that starts it. It has until
 * the runtime calls `pivot_root`, which can take long, since hooks run before.
 */
export const isStarting = async (pid: number, { process }: Pinned): Promise<boolean> => {
  const stat = await holding(pid, () => readFile(`${process}/stat`, "latin1"))
  const [own, ...others] = await Promise.all(
    [process, "/proc/1", `/proc/${parseStat(stat)?.parent}`].map(rootMountIn)
  )
  return own !== undefined && others.includes(own)
}

/** Whether a file is on a mount that the process sees. */
const isOnMountOf = async (path: string, process: string): Promise<boolean> => {
  await using file = await open(path, O_PATH)
  const mountId = /^mnt_id:\s*(\d+)$/m.exec(await readFile(`/proc/self/fdinfo/${file.fd}`, "latin1"))?.[1]
  for await (const { id } of mountsIn(`${process}/mountinfo`)) if (id === mountId) return true
  return false
}

/**
 * Whether the process is one of gVisor, which is the kernel of the container. The root of this process is almost empty:
 * only the programs in the container see its files. A program in the container can have the same name, but it is on a
 * mount of the container.
 */
export const isGvisor = async ({ process }: Pinned): Promise<boolean> => {
  const program = `${process}/exe`
  try {
    return /\/runsc(?: \(deleted\))?$/.test(await readlink(program)) && !await isOnMountOf(program, process)
  } catch (error) {
    errnoOf(error)
    return false
  }
}

/**
 * A descriptor of `/proc/<pid>` always refers to the same process. After that process has ended, its files fail with
 * ESRCH.
 */
const checked = async (
  directory: FileHandle,
  { pid, startTime }: Pick<Container, "pid" | "startTime">
): Promise<string> => {
  const path = `/proc/self/fd/${directory.fd}`
  if (await startTimeIn(path, pid) !== startTime) {
    throw new CannotPin(pid, "ESRCH", "has ended, and another process has its PID now; run the command again")
  }
  return path
}

/** Opens a process. The path is for `openRoot`: once the root is open, the process can be released. */
export const pin = async (container: Pick<Container, "pid" | "startTime">, proc: string = "/proc"): Promise<Pinned> => {
  const { pid } = container
  const directory = await holding(pid, () => open(`${proc}/${pid}`, constants.O_RDONLY | constants.O_DIRECTORY))
  try {
    const process = await checked(directory, container)
    return { process, path: `${process}/root`, [Symbol.asyncDispose]: () => directory.close() }
  } catch (error) {
    await directory.close()
    throw error
  }
}
