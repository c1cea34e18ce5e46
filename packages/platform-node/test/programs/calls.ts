/**
 * Runs as any user: `node calls.mjs <directory>` makes calls on existing and new paths with Node and with each
 * `NodeRootFileSystem`, and prints the calls whose errnos differ. Every link in the tree is relative and stays in it,
 * so that Node finds the same files without `chroot`.
 */
import { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { layerWith } from "../../src/internal/nodeRootFileSystem.js"
import { load } from "../binding.js"

const [directory = ""] = process.argv.slice(2)

const links: Readonly<Record<string, string>> = {
  self: "self",
  dangling: "missing",
  deep: "missing/x",
  toDirectory: "dir",
  toFile: "dir/file",
  toClosed: "closed/file",
  // The kernel checks the slash before it looks up the name.
  selfSlash: "self/",
  danglingSlash: "dangling/",
  deepSlash: "deep/",
  missingSlash: "missing/",
  fileSlash: "toFile/",
  directorySlash: "toDirectory/",
  closedSlash: "closed/self/",
  deeperSlash: "missing/x/",
  longSlash: `${"n".repeat(256)}/`,
  slashes: "self///",
  chain: "selfSlash",
  chainSlash: "dir/../selfSlash",
  throughSlash: "toDirectory/file",
  dot: "self/.",
  dots: "dir/..",
  missingDot: "missing/."
}

const paths = [
  ...Object.keys(links),
  ...["selfSlash", "dangling", "toFile", "toClosed", "closedSlash", "toDirectory"].map((link) => `${link}/`),
  ...["new", "dir/file", "dir", "closed", "closed/file", "closed/new", "closed/self", "missing/x"].flatMap((path) => [
    path,
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path}/..`
  ]),
  `${"n".repeat(256)}/`,
  `closed/${"n".repeat(256)}/`
]

let prepared = false

/** Creates the tree again, unless every call since then has failed. */
const prepare = (): void => {
  if (prepared) return
  prepared = true
  if (Fs.existsSync(`${directory}/closed`)) Fs.chmodSync(`${directory}/closed`, 0o700)
  for (const name of Fs.readdirSync(directory)) Fs.rmSync(`${directory}/${name}`, { recursive: true })
  Fs.mkdirSync(`${directory}/dir`)
  Fs.mkdirSync(`${directory}/closed`)
  for (const name of ["from", "dir/file", "closed/file"]) Fs.writeFileSync(`${directory}/${name}`, "text")
  for (const [name, target] of Object.entries(links)) Fs.symlinkSync(target, `${directory}/${name}`)
  Fs.symlinkSync("self", `${directory}/closed/self`)
  Fs.chmodSync(`${directory}/closed`, 0o600)
}

type Outcome = string

const byNode = (call: () => unknown): Outcome => {
  try {
    call()
    return "ok"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

interface Call {
  readonly name: string
  readonly node: (place: string) => unknown
  readonly root: (fs: FileSystem, path: string) => Effect.Effect<unknown, { readonly cause?: unknown }>
}

const data = new TextEncoder().encode("written")
const from = `${directory}/from`

const calls: ReadonlyArray<Call> = [
  ...(["w", "wx", "a", "ax", "w+", "r+"] as const).map((flag): Call => ({
    name: `writeFile ${flag}`,
    node: (place) => Fs.writeFileSync(place, data, { flag }),
    root: (fs, path) => fs.writeFile(path, data, { flag })
  })),
  { name: "readFile", node: (place) => Fs.readFileSync(place), root: (fs, path) => fs.readFile(path) },
  { name: "truncate", node: (place) => Fs.truncateSync(place), root: (fs, path) => fs.truncate(path) },
  { name: "copyFile to", node: (place) => Fs.copyFileSync(from, place), root: (fs, path) => fs.copyFile("from", path) },
  { name: "rename to", node: (place) => Fs.renameSync(from, place), root: (fs, path) => fs.rename("from", path) },
  {
    name: "rename from",
    node: (place) => Fs.renameSync(place, `${directory}/missing/x`),
    root: (fs, path) => fs.rename(path, "missing/x")
  },
  {
    name: "rename . to",
    node: (place) => Fs.renameSync(`${directory}/dir/.`, place),
    root: (fs, path) => fs.rename("dir/.", path)
  },
  {
    name: "rename to .",
    node: (place) => Fs.renameSync(place, `${directory}/dir/.`),
    root: (fs, path) => fs.rename(path, "dir/.")
  },
  { name: "link to", node: (place) => Fs.linkSync(from, place), root: (fs, path) => fs.link("from", path) },
  {
    name: "link from",
    node: (place) => Fs.linkSync(place, `${directory}/new`),
    root: (fs, path) => fs.link(path, "new")
  },
  { name: "symlink", node: (place) => Fs.symlinkSync("x", place), root: (fs, path) => fs.symlink("x", path) },
  { name: "readLink", node: (place) => Fs.readlinkSync(place), root: (fs, path) => fs.readLink(path) },
  { name: "makeDirectory", node: (place) => Fs.mkdirSync(place), root: (fs, path) => fs.makeDirectory(path) },
  { name: "chmod", node: (place) => Fs.chmodSync(place, 0o700), root: (fs, path) => fs.chmod(path, 0o700) },
  { name: "stat", node: (place) => Fs.statSync(place), root: (fs, path) => fs.stat(path) },
  {
    name: "access",
    node: (place) => Fs.accessSync(place, Fs.constants.R_OK | Fs.constants.W_OK),
    root: (fs, path) => fs.access(path, { readable: true, writable: true })
  }
]

const roots = [["openat2", load()], ["the walk", undefined]] as const

const wrong: Array<unknown> = []
for (const [by, openat2] of roots) {
  const run = Effect.gen(function*() {
    const fs = yield* FileSystem
    for (const { name, node, root } of calls) {
      for (const path of paths) {
        prepare()
        const expected = byNode(() => node(`${directory}/${path}`))
        prepared &&= expected !== "ok"
        prepare()
        const answer = yield* Effect.match(root(fs, path), {
          onFailure: ({ cause }): Outcome => (cause as NodeJS.ErrnoException).code ?? String(cause),
          onSuccess: (): Outcome => "ok"
        })
        prepared &&= answer !== "ok"
        if (answer !== expected) wrong.push(`${by}: ${name} ${path}: ${answer}, and by Node ${expected}`)
      }
    }
  })
  await Effect.runPromise(Effect.provide(run, layerWith(directory, {}, openat2)))
}
// So that its owner can remove the tree.
Fs.chmodSync(`${directory}/closed`, 0o700)
process.stdout.write(JSON.stringify({ calls: calls.length * paths.length, wrong }))
