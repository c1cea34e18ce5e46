/** Tests which temporary files count as abandoned where little is known about the processes that write them. */
import { judge, without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { expect, it } from "vitest"
import { writer as one } from "../src/internal/fileSystem/writer.js"

const path = "../src/internal/fileSystem/writer.js"

/** Of a second copy of the module. */
const { writer: other } = await import(`${path}?other`) as { readonly writer: typeof one } // it is the same module

const program = fileURLToPath(new URL("programs/abandoned.mjs", import.meta.url))

const startOf = (pid: number): string | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
}

const own = [String(process.pid), String(startOf(process.pid))]

/** Larger than any PID (`/proc/sys/kernel/pid_max`). */
const nobody = [String(2 ** 22 + 1), "1"]

const run = (command: ReadonlyArray<string>): string => {
  const [file = "", ...args] = command
  const { stderr, stdout } = spawnSync(file, args, { encoding: "utf8" })
  return stdout + stderr
}

const told = (processOf: ReadonlyArray<string>, ...also: ReadonlyArray<string>) => [program, ...processOf, ...also]

it("those of a living process do not, and those of others do", () => {
  expect(run([process.execPath, ...told(own)])).toBe("false\n")
  expect(run([process.execPath, ...told([own[0] ?? "", "1"])])).toBe("true\n")
  expect(run([process.execPath, ...told(nobody)])).toBe("true\n")
})

it("those of a living process do not even if no descriptor is free to look it up", () => {
  const limited = ["sh", "-c", `ulimit -n 64; exec "$0" "$@"`, process.execPath]
  expect(run([...limited, ...told(own, "all")])).toBe("false\n")
  expect(run([...limited, ...told(nobody, "all")])).toBe("true\n")
})

it.skipIf(without("mount"))("those of a process that is hidden do not", () => {
  // As with the option `hidepid`, for which the test would have to become another user.
  const hiding = `mount -t tmpfs none "/proc/${process.pid}" && exec "$0" "$@"`
  const hidden = [...mounting, "sh", "-c", hiding, process.execPath]
  expect(run([...hidden, ...told(own)])).toBe("false\n")
  expect(run([...hidden, ...told(nobody)])).toBe("true\n")
})

/** A command for a process that sees other start times, since there the machine was started earlier. */
const elsewhere = [
  "unshare",
  ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]),
  "--boottime",
  "100000",
  "--time"
]

const timeNamespace = judge(
  () => run([...elsewhere, "echo", "there"]) === "there\n" ? undefined : "a time namespace is not permitted here",
  true,
  "REQUIRE_KERNEL_FEATURES"
)

it.skipIf(without(timeNamespace))("those of a living process do not in another time namespace", () => {
  const name = one.begin()
  expect(run([process.execPath, program, name])).toBe("false\n")
  expect(run([...elsewhere, process.execPath, program, name])).toBe("false\n")
  one.end(name)
})

it("those of a thread do not before it ends, even if its process lives longer", async () => {
  const begin = `
    const { parentPort, workerData } = require("node:worker_threads")
    void import(workerData).then(({ writer }) => parentPort.postMessage(writer.begin()))
    parentPort.once("message", () => {})`
  const workerData = new URL("../dist/internal/fileSystem/writer.js", import.meta.url).href
  const worker = new Worker(begin, { eval: true, workerData })
  const [name] = await once(worker, "message")
  const said = () => [one.isAbandoned(name, () => 0), run([process.execPath, program, name])]
  expect(said()).toEqual([false, "false\n"])
  await worker.terminate()
  expect(said()).toEqual([true, "true\n"])
})

it("files whose names only contain such a name do not", () => {
  const name = one.begin()
  one.end(name)
  expect([`${name}~`, `a${name}`, `${name}\n`, name].map((name) => one.isAbandoned(name, () => Infinity)))
    .toEqual([false, false, false, true])
})

it("those of another copy of the package in this thread do not", () => {
  const name = one.begin()
  expect(one.isAbandoned(name, () => Infinity)).toBe(false)
  expect(other.isAbandoned(name, () => Infinity)).toBe(false)
  one.end(name)
  expect(one.isAbandoned(name, () => 0)).toBe(true)
})

it("those of another machine do not before they are old, although its first PID namespace has the same number", () => {
  const name = one.begin().replace(/[0-9a-f]{4}(?=-[0-9a-f]+$)/, "0000").replace(/\d+/, String(nobody[0]))
  expect(other.isAbandoned(name, () => 3_600_000)).toBe(false)
  expect(other.isAbandoned(name, () => 3_600_001)).toBe(true)
})
