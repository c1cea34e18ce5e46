/** Collects what a program can learn about a process, from procfs and through its root. */
import { readFileSync } from "node:fs"
import { closing } from "../closing.js"
import { PlainFailure, type PlainFileSystem } from "../edition.js"
import type { PlainMachine, PlainProcess } from "./machine.js"

/** All fields of an error, or the errno of a failed operation. */
const errorOf = (thrown: unknown): unknown => {
  if (thrown instanceof PlainFailure) return { failed: thrown.code }
  const error = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  return error instanceof Error ? { ...error, message: error.message } : error
}

export const outcome = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    return await asked
  } catch (thrown) {
    return errorOf(thrown)
  }
}

/** What a program learns from the error of a path that does not resolve. */
const unresolved = async (asked: Promise<unknown>): Promise<unknown> => {
  const thrown = await asked.catch((thrown: unknown) => thrown)
  return thrown instanceof PlainFailure ? [thrown.code, thrown.resolve, thrown.description] : thrown
}

/** A process that waits can be in the state "running" for a moment, which counts as sleeping. */
const sleeping = (state: string | undefined) => state === "R" ? "S" : state

/** The fields of `stat` that programs read. How many there are depends on the kernel. */
export const parsedStat = (text: string) => {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return {
    name: text.slice(0, text.lastIndexOf(")") + 1),
    state: sleeping(fields[0]),
    parent: fields[1],
    startTime: fields[19],
    ends: text.endsWith("\n")
  }
}

const linesOf = (text: string, names: ReadonlyArray<string>) =>
  names.map((name) => new RegExp(`^${name}:\t.*$`, "m").exec(text)?.[0].replace("R (running)", "S (sleeping)"))

const statusLines = ["Name", "Tgid", "Pid", "PPid", "TracerPid", "Uid", "Gid", "State"]

const files = ["cgroup", "comm", "mountinfo", "stat", "status"]

const entries = [...files, "ns", "root"]

/** What procfs shows of a process. */
export const seenIn = async (procfs: PlainFileSystem, pid: number): Promise<Readonly<Record<string, unknown>>> => {
  const place = (name: string) => `/proc/${pid}/${name}`
  const text = (name: string) => procfs.readFileString(place(name))
  const attributes = async (name: string) => {
    const { gid, mode, size, type, uid } = await procfs.stat(place(name))
    return { gid, mode, size, type, uid }
  }
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    "it is there": () => procfs.exists(`/proc/${pid}`),
    "it is listed": async () => (await procfs.readDirectory("/proc")).includes(String(pid)),
    "names": async () =>
      (await procfs.readDirectory(`/proc/${pid}`)).filter((name) => entries.includes(name)).toSorted(),
    "namespaces": async () => (await procfs.readDirectory(place("ns"))).includes("mnt"),
    "stat": async () => parsedStat(await text("stat")),
    "status": async () => linesOf(await text("status"), statusLines),
    "comm": () => text("comm"),
    // The other lines are for cgroups version 1 (`cgroups(7)`), which processes in memory do not have.
    "cgroup": async () => /^0::.*\n/m.exec(await text("cgroup"))?.[0] ?? "0::/\n",
    "has mounts": async () => / - /.test(await text("mountinfo")),
    "mount namespace": async () => (await procfs.readLink(place("ns/mnt"))).replace(/\d+/, "N"),
    "root": () => procfs.readLink(place("root")),
    "through the root": () => procfs.readFileString(place("root/etc/os-release")),
    "follows the root": () => procfs.realPath(place("root")),
    "a name that is not there": () => procfs.readFileString(place("none")),
    "a file is not a directory": () => procfs.readFileString(place("stat/")),
    "a link is read as a file": () => procfs.readLink(place("stat")),
    ...Object.fromEntries(["", "ns", ...files].map((name) => [`attributes of ${name}`, () => attributes(name)]))
  }
  const answers: Record<string, unknown> = {}
  for (const [question, ask] of Object.entries(questions)) answers[question] = await outcome(ask())
  return answers
}

/** What a program finds in the root of a process. */
const foundThrough = async ({ open }: PlainMachine, pid: number): Promise<unknown> =>
  outcome(closing(open(pid), async ({ directory, fs, root }) => ({
    release: await outcome(fs.readFileString("/etc/os-release")),
    listed: (await fs.readDirectory("/etc")).toSorted(),
    missing: await unresolved(fs.readFileString("/etc/none")),
    below: directory && await unresolved(closing(directory.subRoot("/etc"), (etc) => etc.fs.readFileString("none"))),
    resolved: await root.resolve("/etc/os-release")
  })))

/** What a root refuses if it is read-only and paths must not leave it. */
const refusedIn = async ({ open }: PlainMachine, pid: number): Promise<unknown> =>
  outcome(closing(open(pid, { readOnly: true, containment: "reject" }), async ({ fs }) => ({
    changes: await outcome(fs.writeFile("/etc/new", new Uint8Array())),
    escapes: await outcome(fs.readFile("/../etc/os-release"))
  })))

export const learned = async (machine: PlainMachine, pid: number) => ({
  procfs: await seenIn(machine.procfs, pid),
  root: await foundThrough(machine, pid),
  refused: await refusedIn(machine, pid),
  resolved: await outcome(closing(machine.openRoot(pid), ({ root }) => root.resolve("/etc/os-release")))
})

/** The properties of a real process, to create one like it in memory. */
export const factsOf = (pid: number): Omit<PlainProcess, "mountNamespace"> => {
  const stat = parsedStat(readFileSync(`/proc/${pid}/stat`, "latin1"))
  const status = readFileSync(`/proc/${pid}/status`, "latin1")
  const idIn = (name: string) => Number(new RegExp(`^${name}:\t\\d+\t(\\d+)`, "m").exec(status)?.[1])
  const [cgroup = "/"] = /(?<=^0::).*$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "latin1")) ?? []
  return {
    pid,
    command: readFileSync(`/proc/${pid}/comm`, "latin1").slice(0, -1),
    parent: Number(stat.parent),
    startTime: Number(stat.startTime),
    user: { uid: idIn("Uid"), gid: idIn("Gid") },
    cgroup
  }
}
