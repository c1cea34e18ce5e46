// `node runWatched.mjs <seconds> <file> <command> [argument…]` runs a command, and takes it for hanging if it does not
// write to the file for that long, as a test run does to its log. Vitest waits for its workers forever, and no time limit
// of a test ends what blocks one: a process that it waits for (Node sometimes never ends, nodejs/node#54918), or a FUSE
// file system, before whose end the worker cannot even be killed (`request_wait_answer` in the kernel's
// `fs/fuse/dev.c`).
import { spawn } from "node:child_process"
import { readdirSync, readFileSync, statSync } from "node:fs"

const [seconds, file, program, ...args] = process.argv.slice(2)

/** The content of a file in `/proc`, or nothing if the process has ended or belongs to another user. */
const read = (path) => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)

/** From proc_pid_stat(5). The name of a process, which comes before, can contain spaces and parentheses. */
const statOf = (directory) => {
  const stat = read(`${directory}/stat`)
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return { state, parent: Number(parent) }
}

/** The processes below one, each before those that it has started, with how far below. */
const below = (pid, depth = 1) =>
  pids()
    .filter((one) => statOf(`/proc/${one}`).parent === pid)
    .flatMap((one) => [{ pid: one, depth }, ...below(one, depth + 1)])

/** What the threads wait for in the kernel, and how many do: `4 × S futex_do_wait`. */
const waits = (pid) => {
  const counts = new Map()
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const directory = `/proc/${pid}/task/${thread}`
    const wait = `${statOf(directory).state} ${read(`${directory}/wchan`)}`
    counts.set(wait, (counts.get(wait) ?? 0) + 1)
  }
  return [...counts].map(([wait, count]) => `${count} × ${wait}`).join(", ")
}

const describe = ({ depth, pid }) => {
  try {
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim().slice(0, 100)
    return `${"  ".repeat(depth)}${pid} ${command} (${waits(pid)})`
  } catch {
    return `${"  ".repeat(depth)}${pid} has ended`
  }
}

const kill = (pid) => {
  try {
    process.kill(pid, "SIGKILL")
  } catch (error) {
    if (error.code !== "ESRCH") throw error
  }
}

const lastWrite = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

const running = spawn(program, args, { stdio: "inherit" })
running.once("error", (error) => {
  throw error
})

/** What is killed next: first what the workers wait for, then they, and at last the command. */
const attempts = [({ depth }) => depth > 1, () => true]

let last = lastWrite()
let looks = 0

/** Counts how often it looks, once a second, since the clock goes on while a virtual machine is stopped. */
const look = () => {
  const now = lastWrite()
  looks = now === last ? looks + 1 : 0
  last = now
  if (looks < Number(seconds)) return
  looks = 0
  const processes = [{ pid: running.pid, depth: 0 }, ...below(running.pid)]
  console.error(`\nNothing has ended for ${seconds} s. What runs, and what its threads wait for:`)
  for (const one of processes) console.error(describe(one))
  const isKilled = attempts.shift()
  const killed = isKilled === undefined ? processes : processes.slice(1).filter(isKilled)
  console.error(`Killed: ${killed.map(({ pid }) => pid).join(", ") || "nothing"}\n`)
  for (const { pid } of killed) kill(pid)
}

// Somebody at a terminal notices, and may be debugging.
const watching = process.stdin.isTTY ? undefined : setInterval(look, 1_000)

// Without this, the command would go on when this process is ended.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => running.kill(signal))

running.once("exit", (status) => {
  clearInterval(watching)
  process.exitCode = status ?? 1
})
