// Packs every published package as it would be published, and checks the result as a user would see it: with publint,
// the types of every module (attw), the list of files, and by importing each module in Node from a separate directory.
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { manifestOf, packAll, repository } from "./packages/pack.mjs"
import { publishedPackages } from "./release/published.mjs"

const published = publishedPackages().map(({ name }) => name)

/** What users of each version of Effect install. The peers are those installed for the package `developed`. */
const editions = [
  {
    packages: ["path", "vfs", "node", "platform", "platform-node"],
    peers: ["effect", "@effect/platform"],
    developed: "platform"
  },
  { packages: ["path", "vfs", "node", "effect4"], peers: ["effect"], developed: "effect4" }
]

const run = async (command, args, cwd = repository) => {
  try {
    return (await promisify(execFile)(command, args, { cwd })).stdout
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error })
  }
}
const tool = (name, ...args) => run(join(repository, "node_modules/.bin", name), args)

/** Whether a file belongs in a package. */
const belongs = (file) =>
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/(bin\.js(\.LEGAL\.txt)?|procfsroot\.1))$/.test(file) ||
  /^src\/.*\.ts$/.test(file) || /^dist\/.*(\.d\.ts|\.js)(\.map)?$/.test(file)

const checkFiles = (name, files) => {
  const wanted = ["package.json", "README.md", "CHANGELOG.md", "LICENSE"]
  const missing = wanted.filter((file) => !files.includes(file))
  const stray = files.filter((file) => !belongs(file))
  if (missing.length + stray.length > 0) throw new Error(`${name} lacks: ${missing}; should not contain: ${stray}`)
}

/** Links the peers that a package of the workspace uses. */
const installPeers = (name, peers, modules) => {
  const require = createRequire(join(repository, "packages", name, "package.json"))
  mkdirSync(join(modules, "@effect"), { recursive: true })
  for (const peer of peers) symlinkSync(dirname(require.resolve(`${peer}/package.json`)), join(modules, peer))
}

const unpack = async (name, tarballs, modules) => {
  const installed = join(modules, manifestOf(name).name)
  mkdirSync(installed, { recursive: true })
  await run("tar", ["-xzf", tarballs.get(name), "-C", installed, "--strip-components=1"])
}

/** The names of public modules, such as `Root`, `node` and `node/NodeRoot`. */
const modulesIn = (files) =>
  files.flatMap((file) => {
    const module = /^src\/((?:node\/)?[A-Z]\w*|node\/index)\.ts$/.exec(file)?.[1]
    return module === undefined ? [] : [module.replace(/\/index$/, "")]
  })

/** Throws if something is wrong; otherwise returns what can be imported. */
const checkPackage = async (name, tarball) => {
  const manifest = manifestOf(name)
  const listed = (await run("tar", ["-tzf", tarball])).trim().split("\n")
  const files = listed.map((file) => file.replace("package/", ""))
  checkFiles(manifest.name, files)
  const modules = modulesIn(files)
  const entrypoints = modules.length === 0 ? [] : ["--include-entrypoints", ...modules]
  await tool("publint", "run", tarball, "--strict")
  await tool("attw", tarball, "--profile", "esm-only", "--no-definitely-typed", ...entrypoints)
  return manifest.bin === undefined ? [manifest.name, ...modules.map((module) => `${manifest.name}/${module}`)] : []
}

const importAll = (specifiers, directory) => {
  const program = `for (const name of ${JSON.stringify(specifiers)}) await import(name)`
  return run(process.execPath, ["--input-type=module", "--eval", program], directory)
}

/** Imports the modules of an edition in a project that has no other edition. */
const checkEdition = async ({ developed, packages, peers }, specifiersOf, tarballs, directory) => {
  const project = mkdtempSync(join(directory, "edition-"))
  const modules = join(project, "node_modules")
  installPeers(developed, peers, modules)
  for (const name of packages) await unpack(name, tarballs, modules)
  await importAll(packages.flatMap((name) => specifiersOf.get(name)), project)
}

/** Waits for all checks, since the directory is removed afterwards, and reports every failure. */
const settle = async (checks) => {
  const settled = await Promise.allSettled(checks)
  const complaints = settled.flatMap(({ reason }) => reason ?? [])
  if (complaints.length > 0) throw new AggregateError(complaints)
  return settled.map(({ value }) => value)
}

const directory = mkdtempSync(join(tmpdir(), "procfsroot-packed-"))
try {
  const tarballs = await packAll(published, directory)
  const specifiers = await settle(published.map((name) => checkPackage(name, tarballs.get(name))))
  const specifiersOf = new Map(published.map((name, index) => [name, specifiers[index]]))
  await settle(editions.map((edition) => checkEdition(edition, specifiersOf, tarballs, directory)))
  console.log(
    `${published.length} packages are ready to be published; ${specifiers.flat().length} modules can be imported.`
  )
} catch (error) {
  for (const { message } of error.errors ?? [error]) console.error(message)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
