// `npm run release:check`: checks everything about a release without publishing it. Prints one line per check, and at
// the end what `npm run release` would send to the registry.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pnpm } from "../packages/managers.mjs"
import { packAll, repository } from "../packages/pack.mjs"
import { run } from "../packages/runtimes.mjs"
import { audit, billOf, bills, checkLicences, installPacked, projects } from "./installed.mjs"
import { publishedPackages, versionFiles } from "./published.mjs"

const packages = publishedPackages()
const [{ manifest: { version } }] = packages
const complaints = []

const insist = (holds, complaint) => {
  if (!holds) throw new Error(complaint)
}

/** Thrown by a check that cannot be done here. */
class Unchecked extends Error {}

/** Runs a check and prints the result. A failure does not stop the next check. `work` can return a note. */
const check = async (what, work) => {
  try {
    const note = await work()
    console.log(`✓ ${what}${note === undefined ? "" : `: ${note}`}`)
  } catch (error) {
    if (error instanceof Unchecked && process.env["REQUIRE_AUDIT"] !== "1") {
      console.log(`– ${what}: not checked, ${error.message}`)
      return
    }
    complaints.push(what)
    console.log(`✗ ${what}:\n  ${error.message.trim().replaceAll("\n", "\n  ")}`)
  }
}

const git = async (...args) => (await run(repository, "git", ...args)).trim()
const script = (name) => run(repository, "npm", "run", "--silent", name)

const checkTree = async () => {
  const changes = await git("status", "--porcelain")
  insist(changes === "", `There are uncommitted changes:\n${changes}`)
  return `at ${(await git("rev-parse", "--short", "HEAD"))}`
}

const checkVersions = () => {
  const others = packages.filter(({ manifest }) => manifest.version !== version)
  insist(others.length === 0, others.map(({ manifest }) => `${manifest.name} is ${manifest.version}`).join("\n"))
  for (const { line, path } of versionFiles) {
    const text = readFileSync(`${repository}${path}`, "utf8")
    insist(text.includes(line(version)), `${path} has a version other than ${version}`)
  }
  return `${packages.length} packages, all ${version}`
}

/** The text under the heading of the version. */
const entryOf = (changelog) =>
  changelog.split(/^## /m).find((part) => part.startsWith(`${version}\n`))?.slice(version.length)

const checkChangelogs = () => {
  const pending = readdirSync(`${repository}.changeset`).filter((name) => name.endsWith(".md"))
  insist(pending.length === 0, `Run "npm run release:version" first: ${pending.join(", ")}`)
  for (const { directory, manifest } of packages) {
    const entry = entryOf(readFileSync(`${directory}/CHANGELOG.md`, "utf8"))
    insist((entry ?? "").trim() !== "", `The changelog of ${manifest.name} says nothing about ${version}`)
  }
  return `each says what is new in ${version}`
}

/** npm accepts a provenance statement only if the manifest names the repository that builds the package. */
const checkProvenance = async () => {
  const { repository: { url } } = JSON.parse(readFileSync(`${repository}package.json`, "utf8"))
  for (const { manifest } of packages) {
    insist(manifest.publishConfig?.provenance === true, `${manifest.name} has no publishConfig.provenance`)
    insist(manifest.repository?.url === url, `${manifest.name} names a repository other than ${url}`)
  }
  const workflow = readFileSync(`${repository}.github/workflows/release.yml`, "utf8")
  insist(/id-token: write/.test(workflow), ".github/workflows/release.yml has no permission for an identity token")
  const address = (text) => text.replace(/^git\+|\.git$/g, "").replace(/^git@([^:]+):/, "https://$1/")
  const origin = await git("remote", "get-url", "origin").catch(() => "")
  if (!/^(https:|git@)/.test(origin)) return `${address(url)}; this clone has no remote to compare it with`
  insist(address(origin) === address(url), `The packages name ${address(url)}, but this clone is of ${address(origin)}`)
  return address(url)
}

const checkInstalled = async (directory) => {
  const tarballs = await packAll(packages.map(({ name }) => name), directory)
  for (const name of Object.keys(projects)) {
    const project = await installPacked(directory, name, tarballs)
    const components = []
    await check(`bill of materials of ${name}`, async () => {
      components.push(...await billOf(project, name))
      return `${components.length} packages, in ${join(bills, `${name}.cdx.json`).replace(repository, "")}`
    })
    await check(`licences of ${name}`, () => checkLicences(components))
    await check(`vulnerabilities of ${name}`, async () => {
      const { isAnswered, text } = await audit(project)
      if (!isAnswered) throw new Unchecked(`the registry does not answer (${text})`)
      return text
    })
  }
}

/** The value that npm prints after a title, such as "package size". */
const noticed = (text, title) => new RegExp(`^npm notice ${title}: (.*)$`, "m").exec(text)?.[1]

/** Runs pnpm's and npm's dry run of publishing, which sends nothing, and writes their output to a file. */
const dryRun = async () => {
  // `npm run --silent`, as in `npm run release`, would silence the list of files too.
  process.env["npm_config_loglevel"] = "notice"
  const filters = packages.map(({ name }) => `--filter=./packages/${name}`)
  const output = await pnpm(repository, "-r", ...filters, "publish", "--dry-run", "--no-git-checks", "--access=public")
  const log = join(bills, "../dry-run.log")
  mkdirSync(join(log, ".."), { recursive: true })
  writeFileSync(log, output)
  const parts = output.split("Tarball Details").slice(1)
  insist(parts.length === packages.length, `npm would publish ${parts.length} packages:\n${output}`)
  const lines = parts.map((part) => {
    const of = (title) => noticed(part, title)
    return `\n  ${of("name")} ${of("version")}: ${of("total files")} files, ${of("package size")} to download, ${
      of("unpacked size")
    } unpacked`
  })
  return `${lines.join("")}\n  every file is listed in ${log.replace(repository, "")}`
}

const directory = mkdtempSync(join(tmpdir(), "procfsroot-release-"))
try {
  console.log(`Checks the release of procfsroot ${version} without publishing it. Takes about two minutes.\n`)
  await check("clean tree", checkTree)
  await check("versions", checkVersions)
  await check("changelogs", checkChangelogs)
  await check("provenance", checkProvenance)
  await check("public signatures match etc/api.md", () => script("check:api").then(() => undefined))
  await check("sizes", async () => (await script("check:size")).trim())
  await check("packed contents", async () => (await script("check:packages")).trim())
  await checkInstalled(directory)
  await check("dry run", dryRun)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
if (complaints.length === 0) {
  console.log(
    `\nReady: "npm run release" would publish ${
      packages.map(({ manifest }) => manifest.name).join(", ")
    } as ${version}.`
  )
} else {
  console.log(`\nNot ready: ${complaints.join(", ")}.`)
  process.exitCode = 1
}
