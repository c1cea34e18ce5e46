/** A process that is killed while it replaces a file: what is there afterwards, and what the next call makes of it. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const program = fileURLToPath(new URL("programs/writeFileAtomic.mjs", import.meta.url))

/** The calls that change something, by either strategy. Before any other one, everything is as before the next of these. */
const CALLS = "openat,openat2,write,pwrite64,pwritev2,fsync,close,rename,renameat,renameat2,unlink,unlinkat"

/** Longer than one write through the page cache. */
const OLD = "old ".repeat(40_000)
const NEW = "new ".repeat(40_000)

/** The n-th call with this name that a thread makes. */
interface Step {
  readonly name: string
  readonly n: number
}

interface Ended {
  readonly killed: boolean
  readonly content: string
  readonly left: ReadonlyArray<string>
  /** The calls between the two marks. */
  readonly steps: ReadonlyArray<Step>
}

/** Each line of the log begins with a thread's id. strace counts the calls of each thread and each name. */
const stepsOf = (log: string): ReadonlyArray<Step> => {
  const counts = new Map<string, number>()
  const steps: Array<Step> = []
  let isBetween = false
  for (const line of log.split("\n")) {
    const [, thread, name] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (thread === undefined || name === undefined) continue
    const key = `${thread} ${name}`
    const n = (counts.get(key) ?? 0) + 1
    counts.set(key, n)
    // Threads wake each other up by writing to an eventfd, more or less often.
    if (/ write\(\d+, "\\1\\0/.test(line)) continue
    if (line.includes("/mark-")) isBetween = line.includes("/mark-begin")
    else if (isBetween) steps.push({ name, n })
  }
  return steps
}

/** One thread makes the calls of the pool, so that they can be counted. */
const run = (strategy: string, killAt: Step | undefined): Ended => {
  using box = temporary()
  using logs = temporary()
  const log = `${logs.path}/log`
  writeFileSync(`${box.path}/file`, OLD)
  const inject = killAt === undefined ? [] : ["-e", `inject=${killAt.name}:signal=KILL:when=${killAt.n}`]
  const { signal, status, stderr } = spawnSync(
    "strace",
    [
      "-f",
      "-o",
      log,
      "-e",
      `trace=${CALLS}`,
      ...inject,
      process.execPath,
      program,
      box.path,
      strategy,
      `${NEW.length}`
    ],
    { encoding: "utf8", env: { ...process.env, UV_THREADPOOL_SIZE: "1" } }
  )
  const killed = signal === "SIGKILL" || status === 137
  if (!killed && status !== 0) throw new Error(`strace ended with ${status}: ${stderr}`)
  const content = readFileSync(`${box.path}/file`, "utf8")
  const again = spawnSync(process.execPath, [program, box.path, strategy, "5"], { encoding: "utf8" })
  if (again.status !== 0) throw new Error(again.stderr)
  expect(readFileSync(`${box.path}/file`, "utf8")).toBe("new n")
  return { killed, content, left: readdirSync(box.path), steps: stepsOf(readFileSync(log, "latin1")) }
}

const hasStrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0
if (!hasStrace) {
  console.log("Not tested: a writeFileAtomic that is killed at each of its system calls; strace cannot trace here.")
}

describe.skipIf(!hasStrace || without("openat2")).each(["kernel", "walk"])(
  "writeFileAtomic, killed at each of its system calls, by the %s",
  (strategy) => {
    it("leaves the old content or the new one, and the next call removes what it has left behind", () => {
      const { steps } = run(strategy, undefined)
      expect(steps.filter(({ name }) => name === "fsync")).toHaveLength(2)
      const ended = steps.map((step) => run(strategy, step))
      expect(ended.every(({ killed }) => killed)).toBe(true)
      for (const { content } of ended) expect(content === OLD || content === NEW).toBe(true)
      expect(new Set(ended.map(({ content }) => content)).size).toBe(2)
      for (const { left } of ended) expect(left).toEqual(["file"])
    }, 120_000)
  }
)
