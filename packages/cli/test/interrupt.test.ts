/** Tests that signals end a copy without leaving anything half-written. */
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { text } from "node:stream/consumers"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { bin } from "./command.js"
import { directory as entry, file, header } from "./tar/archives.js"

const signals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const

/** A directory counts as no file. */
const started = Buffer.concat([
  entry("made/"),
  file("made/first"),
  header("0", "second", 1_000_000),
  Buffer.alloc(1_000, "x")
])

/** Unpacks an archive that does not go on in its second file, and sends the signals then. */
const interrupted = async (
  signals: ReadonlyArray<NodeJS.Signals>,
  command: ReadonlyArray<string>,
  directory: string
) => {
  const [program = "", ...args] = command
  const copy = spawn(program, [...args, "-", directory], { stdio: ["pipe", "ignore", "pipe"], cwd: directory })
  const [said, end] = [text(copy.stderr), once(copy, "exit")]
  copy.stdin.write(started)
  while (readdirSync(directory).length < 2) await sleep(10)
  for (const signal of signals) {
    copy.kill(signal)
    await sleep(1)
  }
  return { end: await end, said: await said }
}

const cp = [process.execPath, bin, "cp"]

const sentence = "Interrupted: 1 file with 4 bytes had been copied, and no file is half-written.\n"

describe.each([
  ["cp", cp],
  ["cp --timeout", [...cp, "--timeout", "100"]]
])("%s", (_, command) => {
  it.each(signals)("removes its unfinished file and says so, and then ends by %s", async (signal) => {
    using directory = temporary()
    expect(await interrupted([signal], command, directory.path)).toEqual({ end: [null, signal], said: sentence })
    expect(readdirSync(directory.path)).toEqual(["made"])
    // Unpacking the archive again would not change them.
    expect(statSync(`${directory.path}/made`)).toMatchObject({ mode: 0o40755, mtimeMs: 0 })
  })
})

it("cp cleans up even if it receives the signal again and again, as from timeout", async () => {
  using directory = temporary()
  const again = Array.from({ length: 10 }, () => "SIGTERM" as const)
  expect(await interrupted(again, cp, directory.path)).toEqual({ end: [null, "SIGTERM"], said: sentence })
  expect(readdirSync(directory.path)).toEqual(["made"])
})

it("cp ends by SIGHUP even if its parent ignores it, since Node resets it", async () => {
  using directory = temporary()
  expect(await interrupted(["SIGHUP"], ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", ...cp], directory.path)).toEqual({
    end: [null, "SIGHUP"],
    said: sentence
  })
})

it.each([
  ["an archive", []],
  ["a list", ["--dry-run"]]
])("cp ends by the first signal while nobody reads %s", async (_, options) => {
  using directory = temporary()
  for (let i = 0; i < 1_200; i++) writeFileSync(`${directory.path}/${"x".repeat(200)}${i}`, "content")
  const copy = spawn(process.execPath, [bin, "cp", ...options, directory.path, "-"], {
    stdio: ["ignore", "pipe", "pipe"]
  })
  const [said, end] = [text(copy.stderr), once(copy, "exit")]
  // The rest does not fit in the pipe.
  await once(copy.stdout, "readable")
  await sleep(500)
  copy.kill("SIGTERM")
  expect(await end).toEqual([null, "SIGTERM"])
  copy.stdout.destroy()
  expect(await said).toMatch(
    /^Interrupted: \d+ files with \d+ bytes had been copied, and the archive is incomplete\.\n$/
  )
})

it("cp ends by the first signal while nobody reads its messages", async () => {
  using directory = temporary()
  const at = (name: string) => `${directory.path}/${name}`
  for (const name of ["from", "to"]) {
    mkdirSync(at(name))
    // Messages are written in thousands. The command waits for the last ones, even if they are fewer.
    for (let i = 0; i < 4_500; i++) writeFileSync(at(`${name}/${"x".repeat(200)}${i}`), "")
  }
  const copy = spawn(process.execPath, [bin, "cp", "--no-overwrite", at("from/."), at("to")], {
    stdio: ["ignore", "ignore", "pipe"]
  })
  const end = once(copy, "exit")
  // The rest does not fit in the pipe.
  await once(copy.stderr, "readable")
  await sleep(500)
  copy.kill("SIGTERM")
  expect(await end).toEqual([null, "SIGTERM"])
  copy.stderr.destroy()
})

/** Sends the process a signal when it makes up the first temporary name. */
const preload = `
  const original = crypto.getRandomValues.bind(crypto)
  crypto.getRandomValues = (array) => {
    process.kill(process.pid, "SIGTERM")
    return original(array)
  }`

it("cp ends by a signal that comes shortly before it has done everything", () => {
  using directory = temporary()
  writeFileSync(`${directory.path}/a`, "content")
  const { signal } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(preload)}`, bin, "cp", "a", "b"],
    { cwd: directory.path }
  )
  expect(signal).toBe("SIGTERM")
})
