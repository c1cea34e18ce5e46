// Packs every published package as it would be published, and looks at what is in it as its users will:
// publint, the types of every module (attw), the files, and Node importing each module from a directory of its own.
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const repository = fileURLToPath(new URL("../../", import.meta.url))
const published = ["path", "vfs", "node", "platform", "platform-node", "cli"]
const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"))

const run = async (command, args, cwd = repository) => {
  try {
    return (await promisify(execFile)(command, args, { cwd })).stdout
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error })
  }
}
const tool = (name, ...args) => run(join(repository, "node_modules/.bin", name), args)

const pack = (destination) => {
  const filters = published.map((name) => `--filter=./packages/${name}`)
  const pnpm = ["exec", "--yes", `--package=${packageManager}`, "--", "pnpm"]
  return run("npm", [...pnpm, "-r", ...filters, "pack", "--pack-destination", destination])
}

/** What belongs into a package, as the names of its files begin or end. */
const belongs = (file) =>
  /^(package\.json|README\.md|LICENSE|dist\/bin\.js(\.LEGAL\.txt)?)$/.test(file) ||
  /^src\/.*\.ts$/.test(file) || /^dist\/.*(\.d\.ts|\.js)(\.map)?$/.test(file)

const checkFiles = (name, files) => {
  const wanted = ["package.json", "README.md", "LICENSE"]
  const missing = wanted.filter((file) => !files.includes(file))
  const stray = files.filter((file) => !belongs(file))
  if (missing.length + stray.length > 0) throw new Error(`${name}: without ${missing}; with ${stray}`)
}

/** A link to each package that the packed ones expect their user to have. */
const installPeers = (modules) => {
  const require = createRequire(join(repository, "packages/platform/package.json"))
  mkdirSync(join(modules, "@effect"), { recursive: true })
  for (const peer of ["effect", "@effect/platform"]) {
    symlinkSync(dirname(require.resolve(`${peer}/package.json`)), join(modules, peer))
  }
}

const checkPackage = async (name, directory) => {
  const manifest = JSON.parse(readFileSync(join(repository, "packages", name, "package.json"), "utf8"))
  const tarball = join(directory, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)
  const installed = join(directory, "node_modules", manifest.name)
  mkdirSync(installed, { recursive: true })
  await run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"])
  const entries = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const files = entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(installed.length + 1))
  checkFiles(manifest.name, files)
  const modules = files.flatMap((file) => /^src\/([A-Z]\w*)\.ts$/.exec(file)?.[1] ?? [])
  const entrypoints = modules.length === 0 ? [] : ["--include-entrypoints", ...modules]
  await tool("publint", "run", tarball, "--strict")
  await tool("attw", tarball, "--profile", "esm-only", "--no-definitely-typed", ...entrypoints)
  return manifest.bin === undefined ? [manifest.name, ...modules.map((module) => `${manifest.name}/${module}`)] : []
}

const importAll = (specifiers, directory) => {
  const program = `for (const name of ${JSON.stringify(specifiers)}) await import(name)`
  return run(process.execPath, ["--input-type=module", "--eval", program], directory)
}

const directory = mkdtempSync(join(tmpdir(), "procfsroot-packed-"))
try {
  await pack(directory)
  installPeers(join(directory, "node_modules"))
  // All of them end before the directory goes, and each complaint is told.
  const checks = await Promise.allSettled(published.map((name) => checkPackage(name, directory)))
  const complaints = checks.flatMap(({ reason }) => reason ?? [])
  if (complaints.length > 0) throw new AggregateError(complaints)
  const specifiers = checks.flatMap(({ value }) => value)
  await importAll(specifiers, directory)
  console.log(`${published.length} packages are fit to be published; ${specifiers.length} modules can be imported.`)
} catch (error) {
  for (const { message } of error.errors ?? [error]) console.error(message)
  process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
