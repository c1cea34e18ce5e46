/** Makes a fake machine of files: its procfs, and the records of its runtimes. */
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

export interface FakeProcess {
  readonly pid: number
  readonly parent?: number
  /** The effective user id. */
  readonly uid?: number
  readonly startTime?: number
  readonly command?: string
  readonly mounts?: number
  readonly pidNamespace?: number
  /** Its PID in its own PID namespace. */
  readonly number?: number
  /** Another thread, which still runs although the first one has ended. */
  readonly thread?: number
  readonly root?: string
  /** The directory that is mounted as its root. */
  readonly rootMount?: string
  readonly cgroup?: string
}

/** The content of each file, or a link. A path that ends with a slash is an empty directory. */
export type FakeFiles = Readonly<Record<string, string | { readonly link: string }>>

const write = (path: string, content: FakeFiles[string]): void => {
  mkdirSync(path.endsWith("/") ? path : dirname(path), { recursive: true })
  if (path.endsWith("/")) return
  if (typeof content === "string") writeFileSync(path, content)
  else symlinkSync(content.link, path)
}

/** The init of the host, which every machine has. */
const init: FakeProcess = { pid: 1, parent: 0, command: "systemd", cgroup: "0::/init.scope\n" }

/** What a process still has whose first thread has ended. */
const endedFiles = ({ parent = 1, pid }: FakeProcess, thread: number): FakeFiles => ({
  stat: `${pid} (x) Z ${parent} 0 0 0 -1 4194560 ${"0 ".repeat(10)}2 0 ${pid * 100} 0 0\n`,
  [`task/${pid}/stat`]: "",
  [`task/${thread}/stat`]: ""
})

const filesOf = (process: FakeProcess): FakeFiles => {
  const { cgroup = "0::/\n", command = "sleep", mounts = 1, number, parent = 1, pid, pidNamespace = 1, rootMount } =
    process
  const proc = "19 20 0:5 / /proc rw - proc proc rw\n"
  const rest = `0 0 0 -1 4194560 ${"0 ".repeat(12)}${process.startTime ?? pid * 100} 0 0`
  return {
    stat: `${pid} (${command}) S ${parent} ${rest}\n`,
    status: `Name:\tx\nUid:\t1000\t${process.uid ?? 0}\t0\t0\nNSpid:\t${pid}${
      number === undefined ? "" : `\t${number}`
    }\n`,
    cgroup,
    "ns/mnt": { link: `mnt:[${mounts}]` },
    "ns/pid": { link: `pid:[${pidNamespace}]` },
    root: { link: process.root ?? "/" },
    ...rootMount === undefined ? {} : { mountinfo: `${proc}20 1 8:1 ${rootMount} / rw - ext4 /dev/sda1 rw\n` }
  }
}

export const machine = (processes: ReadonlyArray<FakeProcess>, files: FakeFiles = {}) => {
  const directory = temporary()
  const places = { proc: `${directory.path}/proc`, files: `${directory.path}/files` }
  for (const process of [init, ...processes]) {
    const { pid, thread } = process
    for (const [name, content] of Object.entries(filesOf(process))) {
      write(`${places.proc}/${thread ?? pid}/${name}`, content)
    }
    for (const [name, content] of Object.entries(thread === undefined ? {} : endedFiles(process, thread))) {
      write(`${places.proc}/${pid}/${name}`, content)
    }
  }
  // The reader is in the PID namespace of the host.
  write(`${places.proc}/self/ns/pid`, { link: "pid:[1]" })
  for (const [path, content] of Object.entries(files)) write(places.files + path, content)
  return { places, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}
