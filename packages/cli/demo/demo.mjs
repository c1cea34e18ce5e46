// Shows what procfsroot is for with a running process. Run it with `npm run demo` at the top of the repository.
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import * as Root from "@procfsroot/platform/Root"
import { mount } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, readlinkSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { makeRoot, paths } from "./root.mjs"

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url))
const say = (text = "") => process.stdout.write(`${text}\n`)
const heading = (text) => say(process.stdout.isTTY ? `\n\u001b[1m${text}\u001b[0m` : `\n${text}`)

/** Runs the built command. If a path fails, the exit status is 1 and the output contains the error. */
const command = (...args) => {
  try {
    return execFileSync(process.execPath, [bin, ...args], { encoding: "utf8" })
  } catch (error) {
    if (error.status === 1 && error.stdout !== "") return error.stdout
    throw error
  }
}

const answer = ({ error, resolved }) => {
  if (error === undefined) return resolved
  return error.cycle === undefined ? error.code : `${error.code}: ${[...error.cycle, error.cycle[0]].join(" → ")}`
}

const outside = ({ code, opened, same }) => {
  if (code !== undefined) return `nothing (${code})`
  return same ? "the same file" : `the host's own ${opened}`
}

const table = (rows) => {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)))
  for (const [first, second, third] of rows) say(`  ${first.padEnd(widths[0])}  ${second.padEnd(widths[1])}  ${third}`)
}

/** Resolves the same path with the library, and reads a file at its resolved path. */
const program = Effect.gen(function*() {
  const root = yield* Root.Root
  const socket = yield* root.resolve("/var/run/docker.sock")
  const release = yield* root.resolve("/etc/os-release")
  return { socket, release, text: readFileSync(root.hostPath(release), "utf8") }
})

const show = async (where, rootPath) => {
  heading(`$ procfsroot resolve ${where.join(" ")} /var/run/docker.sock`)
  const line = command("resolve", ...where, "/var/run/docker.sock").trimEnd()
  say(line)

  heading(`What procfsroot answers, and what the host opens as ${rootPath} + path`)
  const explained = paths.map((path) => JSON.parse(command("explain", ...where, "--json", path)))
  table([
    ["path", "procfsroot", "the host"],
    ...explained.map((way) => [way.path, answer(way), outside(way.withoutRoot)])
  ])

  heading(`$ procfsroot explain ${where.join(" ")} /srv/upload/avatar.png`)
  say(command("explain", ...where, "/srv/upload/avatar.png").trimEnd())

  heading("In an Effect program")
  const { release, socket, text } = await Effect.runPromise(
    Effect.provide(program, NodeRoot.layer(rootPath))
  )
  say(`  Root.resolve("/var/run/docker.sock")  is ${socket}`)
  say(`  Root.resolve("/etc/os-release")       is ${release}, and there it says:`)
  say(text.replaceAll(/^(?=.)/gm, "    ").trimEnd())

  if (line !== "/run/docker.sock" || socket !== line) throw new Error(`wrong answers: ${line} and ${socket}`)
}

const root = await makeRoot()
// The started process ends with this one, but the directory would stay.
process.once("SIGINT", () => {
  root.remove()
  process.exit(130)
})
try {
  const missing = mount()
  if (missing === undefined) {
    const child = await startIn(root.path, "pivot_root")
    try {
      const namespace = (pid) => readlinkSync(`/proc/${pid}/ns/mnt`)
      say(`Process ${child.pid} lives in ${namespace(child.pid)}, we in ${namespace("self")}.`)
      await show(["--pid", String(child.pid)], `/proc/${child.pid}/root`)
    } finally {
      await child.stop()
    }
    if (existsSync(`/proc/${child.pid}`)) throw new Error(`process ${child.pid} is still there`)
    say(`\nProcess ${child.pid} has ended, and its root is removed.`)
  } else {
    say(`No process can be started in a mount namespace of its own here: ${missing.reason}`)
    say("So a plain directory is the root.")
    await show(["--root", root.path], root.path)
    say("\nThe root is removed.")
  }
} finally {
  root.remove()
}
