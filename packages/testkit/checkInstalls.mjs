// Installs each edition as its users do, from packed packages into empty projects and into workspaces that have all of
// them, by npm, pnpm and Bun; compiles a program under the strictest options, and runs it on every
// release of Node that is supported, and on Bun; then makes a million native calls on Node 26 and Bun. It takes minutes
// and downloads Node and Bun, so CI does not run it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { install, run } from "./runtimes.mjs"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"))
const nodes = ["22", "24", "26"]

/** The directory that each program opens as a root. */
const box = `
import { deepStrictEqual, strictEqual } from "node:assert"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const box = mkdtempSync(join(tmpdir(), "box-"))
mkdirSync(join(box, "etc"))
writeFileSync(join(box, "etc/motd"), "hello\\n")
symlinkSync("/etc/motd", join(box, "motd"))
symlinkSync("/b", join(box, "a"))
symlinkSync("a", join(box, "b"))
`

/** It is the same for each version of Effect, but for the imports. */
const withEffect = (imports) =>
  `${box}${imports}
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const inRoot = Effect.gen(function*() {
  const fs = yield* FileSystem
  const { strategy } = yield* Root.Root
  strictEqual(yield* Root.resolve("/motd"), "/etc/motd")
  strictEqual(yield* fs.readFileString("/motd"), "hello\\n")
  const cycle = yield* Root.resolve("/a").pipe(
    Effect.flip,
    Effect.map((error) => error._tag === "SymlinkLoop" ? error.cycle : [])
  )
  deepStrictEqual(cycle, ["/a", "/b"])
  const caught: string = yield* Root.resolve("/a").pipe(
    Effect.catchTag("SymlinkLoop", (error) => Effect.succeed(error.cycle.join(" ")))
  )
  strictEqual(caught, "/a /b")
  return strategy.name
}).pipe(Effect.provide(NodeRootFileSystem.layer(box)))

const withFaults = Effect.gen(function*() {
  const fs = yield* FileSystem
  const error = yield* Effect.flip(fs.readFileString("/motd"))
  strictEqual(Option.getOrThrow(FileSystemError.errno(error)), "EIO")
  strictEqual(yield* fs.readFileString("/motd"), "hello\\n")
}).pipe(Effect.provide(MemoryFileSystem.layer(
  { "/etc/motd": "hello\\n", "/motd": MemoryFileSystem.link("/etc/motd") },
  { faults: [{ method: "readFile", nth: 1, code: "EIO" }] }
)))

const strategy = await Effect.runPromise(inRoot)
await Effect.runPromise(withFaults)
rmSync(box, { recursive: true })
console.log(strategy)
`

const editions = {
  promises: {
    packages: ["path", "vfs", "node"],
    peers: [],
    developed: "node",
    program: `${box}
import { MemoryRoot, openMemoryRoot, openRoot } from "@procfsroot/node"
import * as NodeFs from "node:fs/promises"

const copy = async (fs: Pick<typeof NodeFs, "readFile" | "writeFile">, base: string) => {
  await fs.writeFile(base + "/copy", await fs.readFile(base + "/etc/motd"))
  return fs.readFile(base + "/copy", "utf8")
}

const inRoot = async () => {
  await using root = await openRoot(box)
  strictEqual(await root.resolve("/motd"), "/etc/motd")
  strictEqual(await root.promises.readFile("/motd", "utf8"), "hello\\n")
  const [loop] = await root.resolveAll(["/a"])
  deepStrictEqual(loop?.error?._tag === "SymlinkLoop" ? loop.error.cycle : [], ["/a", "/b"])
  strictEqual(await copy(root.promises, ""), await copy(NodeFs, box))
  return root.strategy.name
}

const memory = openMemoryRoot({ "/run/motd": "hello\\n", "/etc": MemoryRoot.link("run") })
strictEqual(await copy(memory.promises, ""), "hello\\n")
const strategy = await inRoot()
rmSync(box, { recursive: true })
console.log(strategy)
`
  },
  effect3: {
    packages: ["path", "vfs", "node", "platform", "platform-node"],
    peers: ["effect", "@effect/platform"],
    developed: "platform",
    program: withEffect(`
import { FileSystem } from "@effect/platform/FileSystem"
import { FileSystemError, MemoryFileSystem, Root } from "@procfsroot/platform"
import { NodeRootFileSystem } from "@procfsroot/platform-node"`)
  },
  effect4: {
    packages: ["path", "vfs", "node", "effect4"],
    peers: ["effect"],
    developed: "effect4",
    program: withEffect(`
import { FileSystem } from "effect/FileSystem"
import { FileSystemError, MemoryFileSystem, Root } from "@procfsroot/effect4"
import { NodeRootFileSystem } from "@procfsroot/effect4/node"`)
  }
}

const tsconfig = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    module: "nodenext",
    target: "es2022",
    types: ["node"]
  },
  files: ["main.ts"]
}

const pnpm = (cwd, ...args) => run(cwd, "npm", "exec", "--yes", `--package=${packageManager}`, "--", "pnpm", ...args)

const manifestOf = (name) => JSON.parse(readFileSync(join(repository, "packages", name, "package.json"), "utf8"))

/** The dependencies of a user of an edition: the packed packages, what they are used with, and a compiler. */
const dependenciesOf = ({ developed, packages, peers }, tarballs) => {
  const installed = createRequire(join(repository, "packages", developed, "package.json"))
  const here = createRequire(import.meta.url)
  const versionOf = (require, name) => [name, require(`${name}/package.json`).version]
  return Object.fromEntries([
    ...packages.map((name) => [`@procfsroot/${name}`, `file:${tarballs.get(name)}`]),
    ...peers.map((name) => versionOf(installed, name)),
    versionOf(here, "typescript"),
    versionOf(createRequire(join(repository, "package.json")), "@types/node")
  ])
}

const write = (directory, files) => {
  mkdirSync(directory, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content))
  }
}

const writeProject = (directory, edition, tarballs, more = {}) =>
  write(directory, {
    "package.json": {
      name: directory.split("/").at(-1),
      version: "1.0.0",
      private: true,
      type: "module",
      dependencies: dependenciesOf(edition, tarballs),
      ...more
    },
    "tsconfig.json": tsconfig,
    "main.ts": edition.program
  })

/** Not published yet, the packages cannot be found by the version with which they depend on each other. */
const overrides = (tarballs) =>
  Object.fromEntries(Array.from(tarballs, ([name, tarball]) => [`@procfsroot/${name}`, `file:${tarball}`]))

const managers = {
  npm: { install: (directory) => run(directory, "npm", "install", "--no-audit", "--no-fund"), manifest: () => ({}) },
  pnpm: {
    install: (directory) => pnpm(directory, "install", "--no-frozen-lockfile"),
    manifest: (tarballs) => ({ pnpm: { overrides: overrides(tarballs) } })
  },
  bun: {
    install: (directory, bun) => run(directory, bun, "install"),
    manifest: (tarballs) => ({ overrides: overrides(tarballs) })
  }
}

/** Without those of the install script of msgpackr-extract, on which Effect 3's platform depends. */
const warningsIn = (output) =>
  output.split("\n").filter((line) =>
    /\bwarn|ERESOLVE|peer|koffi@/i.test(line) && !/install-scripts(?!.*koffi)|Warning ─/.test(line)
  )

const checkQuiet = (what, output) => {
  const warnings = warningsIn(output)
  if (warnings.length > 0) throw new Error(`${what} warns:\n${warnings.join("\n")}`)
}

const compile = (directory) => run(directory, "npx", "--no-install", "tsc", "-p", ".")

const checkAlone = async (name, manager, { bun, directory, runtimes, tarballs }) => {
  const project = join(directory, `${name}-${manager}`)
  writeProject(project, editions[name], tarballs, managers[manager].manifest(tarballs))
  checkQuiet(`${manager} for ${name}`, await managers[manager].install(project, bun))
  await compile(project)
  const results = []
  for (const [runtime, binary] of runtimes) results.push(`${runtime} ${(await run(project, binary, "main.js")).trim()}`)
  console.log(`${name}, ${manager}: ${results.join(", ")}`)
}

const checkTogether = async (manager, { bun, directory, tarballs }) => {
  const workspace = join(directory, `workspace-${manager}`)
  const more = managers[manager].manifest(tarballs)
  write(workspace, {
    "package.json": { name: "workspace", private: true, workspaces: Object.keys(editions), ...more },
    ...manager === "pnpm" && { "pnpm-workspace.yaml": `packages: [${Object.keys(editions).join(", ")}]\n` }
  })
  for (const [name, edition] of Object.entries(editions)) writeProject(join(workspace, name), edition, tarballs)
  checkQuiet(`${manager} for a workspace`, await managers[manager].install(workspace, bun))
  for (const name of Object.keys(editions)) {
    await compile(join(workspace, name))
    await run(join(workspace, name), process.execPath, "main.js")
  }
  console.log(`all in one workspace, ${manager}: each works`)
}

const installRuntimes = async (directory) => {
  const runtimes = [[`Node ${process.versions.node}`, process.execPath]]
  for (const version of nodes) runtimes.push([`Node ${version}`, await install(directory, `node${version}`)])
  const bun = await install(directory, "bun")
  runtimes.push([`Bun ${(await run(directory, bun, "--version")).trim()}`, bun])
  return { bun, runtimes }
}

/** By what these runtimes have, compared with koffi. */
const checkNative = async ({ runtimes }) => {
  const binaries = runtimes.filter(([runtime]) => /^Node 26$|^Bun/.test(runtime)).map(([, binary]) => binary)
  Object.assign(process.env, { RUNTIMES: binaries.join(":"), NATIVE_CALLS: "1000000" })
  await run(repository, "npx", "vitest", "run", "--project", "node", "packages/node/test/native.test.ts")
  console.log("native calls by what Node 26 and Bun have: as by koffi")
}

const packAll = async (directory) => {
  const names = [...new Set(Object.values(editions).flatMap(({ packages }) => packages))]
  const filters = names.map((name) => `--filter=./packages/${name}`)
  await pnpm(repository, "-r", ...filters, "pack", "--pack-destination", directory)
  return new Map(names.map((name) => {
    const manifest = manifestOf(name)
    return [name, join(directory, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)]
  }))
}

const directory = mkdtempSync(join(tmpdir(), "procfsroot-installs-"))
try {
  const tarballs = await packAll(directory)
  const context = { directory, tarballs, ...await installRuntimes(directory) }
  for (const manager of Object.keys(managers)) {
    for (const name of Object.keys(editions)) await checkAlone(name, manager, context)
    await checkTogether(manager, context)
  }
  await checkNative(context)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
