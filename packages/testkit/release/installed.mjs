// Checks what users of the packed packages get from the registry: the bill of materials (SBOM), licences and known
// vulnerabilities.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { manifestOf, repository } from "../packages/pack.mjs"
import { answerOf, run } from "../packages/runtimes.mjs"

/** Licences allowed in what users install. People have to decide before another one is added. */
const allowed = new Set(["Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD"])

export const bills = join(repository, "node_modules/.cache/procfsroot/sbom")

/** Two projects, since the editions for Effect 3 and 4 cannot be installed together. */
export const projects = {
  "effect3-and-command": ["path", "vfs", "node", "platform", "platform-node", "cli"],
  effect4: ["path", "vfs", "node", "effect4"]
}

export const installPacked = async (directory, name, tarballs) => {
  const project = join(directory, name)
  mkdirSync(project, { recursive: true })
  const dependencies = Object.fromEntries(
    projects[name].map((packed) => [manifestOf(packed).name, `file:${tarballs.get(packed)}`])
  )
  const manifest = { name: `procfsroot-${name}`, version: "0.0.0", private: true, dependencies }
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest))
  await run(project, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
  return project
}

/** Writes the bill of materials in the CycloneDX format, and returns its components. */
export const billOf = async (project, name) => {
  const text = await answerOf(project, "npm", "sbom", "--sbom-format=cyclonedx", "--omit=dev")
  mkdirSync(bills, { recursive: true })
  writeFileSync(join(bills, `${name}.cdx.json`), text)
  return JSON.parse(text).components
}

const licencesOf = ({ licenses = [] }) =>
  licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? "none")

/** `(MIT OR X)` is allowed if one of the two is. */
const isAllowed = (licence) =>
  licence.replace(/[()]/g, "").split(" AND ").every((part) => part.split(" OR ").some((one) => allowed.has(one)))

/** Throws if a licence is not allowed; otherwise returns how many packages have which licence. */
export const checkLicences = (components) => {
  const counts = new Map()
  const refused = []
  for (const component of components) {
    const licences = licencesOf(component)
    if (licences.length === 0 || !licences.every(isAllowed)) {
      refused.push(`${component.name} ${component.version}: ${licences.join(", ") || "no licence"}`)
    }
    for (const licence of licences) counts.set(licence, (counts.get(licence) ?? 0) + 1)
  }
  if (refused.length > 0) throw new Error(`Not among the allowed licences:\n${refused.join("\n")}`)
  return Array.from(counts, ([licence, count]) => `${licence} ${count}`).toSorted().join(", ")
}

/** The result of `npm audit`, if the registry answers. Throws if there are high or critical vulnerabilities. */
export const audit = async (project) => {
  const { metadata, error, message } = await answerOf(project, "npm", "audit", "--omit=dev", "--json").then(
    JSON.parse,
    // `npm audit` also exits with an error if there are vulnerabilities.
    ({ cause }) => {
      try {
        return JSON.parse(cause.stdout)
      } catch {
        return { message: cause.stderr }
      }
    }
  )
  if (metadata === undefined) {
    return { isAnswered: false, text: (error?.summary || message || "no reason given").split("\n", 1)[0] }
  }
  const { critical, high, low, moderate } = metadata.vulnerabilities
  if (critical + high > 0) throw new Error(`${critical} critical and ${high} high vulnerabilities: see "npm audit"`)
  return { isAnswered: true, text: `no critical or high vulnerability, ${moderate} moderate, ${low} low` }
}
