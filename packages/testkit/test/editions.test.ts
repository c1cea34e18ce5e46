/** Tests what users see if they import the edition for a version of Effect that is not installed. */
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { publicModules, repository } from "./repository.js"

const directory = mkdtempSync(join(tmpdir(), "procfsroot-editions-"))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Copies the published files of a package, so that its imports are resolved from the project. */
const install = (project: string, name: string) => {
  const installed = join(directory, project, "node_modules/@procfsroot", name)
  for (const part of ["package.json", "dist"]) {
    cpSync(`${repository}packages/${name}/${part}`, join(installed, part), { recursive: true })
  }
}

const link = (project: string, name: string, target: string) => {
  const installed = join(directory, project, "node_modules", name)
  mkdirSync(dirname(installed), { recursive: true })
  symlinkSync(realpathSync(`${repository}packages/${target}`), installed)
}

/** Projects with Effect 4, as npm installs it and as pnpm does with an `@effect/platform`, and with Effect 3. */
const projects = {
  npm4: {
    effect: "effect4",
    packages: ["platform", "platform-node"],
    sentence: "needs-Effect-3--for-Effect-4-use-@procfsroot/effect4"
  },
  pnpm4: {
    effect: "effect4",
    packages: ["platform", "platform-node"],
    sentence: "needs-Effect-3--for-Effect-4-use-@procfsroot/effect4"
  },
  npm3: { effect: "platform", packages: ["effect4"], sentence: "needs-Effect-4--for-Effect-3-use-@procfsroot/platform" }
} as const

beforeAll(() => {
  for (const [project, { effect, packages }] of Object.entries(projects)) {
    for (const name of packages) install(project, name)
    for (const name of ["path", "vfs", "node"]) link(project, `@procfsroot/${name}`, name)
    link(project, "effect", `${effect}/node_modules/effect`)
  }
  link("pnpm4", "@effect/platform", "platform/node_modules/@effect/platform")
})

/** Names such as `@procfsroot/effect4/node/Wormhole`, except modules that work with both versions. */
const specifiersOf = (name: string): ReadonlyArray<string> =>
  publicModules
    .filter((file) =>
      file.startsWith(`packages/${name}/src/`) && !/(?:ResolveError|WormholeError|TreeDiff)\.ts$/.test(file)
    )
    .map((file) => `@procfsroot/${name}${file.slice(`packages/${name}/src`.length).replace(/(?:\/index)?\.ts$/, "")}`)

const importing = async (project: string, specifier: string): Promise<string> => {
  const args = ["--input-type=module", "--eval", `import "${specifier}"`]
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: join(directory, project) }).catch(
    (failed: { readonly stderr: string }) => failed
  )
  return /^\w*Error.*/m.exec(stderr)?.[0] ?? ""
}

describe("an import of an edition when the other version of Effect is installed", () => {
  for (const [project, { packages, sentence }] of Object.entries(projects)) {
    it.each(packages.flatMap(specifiersOf))(`names the edition to use (${project}): %s`, async (specifier) => {
      expect(await importing(project, specifier)).toMatch(new RegExp(`imported from .*/${sentence}\\b`))
    })
  }
})
