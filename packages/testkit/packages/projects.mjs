// Creates projects like those of users: a directory with a manifest, compiler options and programs, which
// depends on the packed packages.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { managers } from "./managers.mjs"
import { manifestOf, packAll } from "./pack.mjs"
import { editions } from "./programs.mjs"

/** Packs everything that users of the editions install. */
export const packEditions = (directory) =>
  packAll([...new Set(Object.values(editions).flatMap(({ packages }) => packages))], directory)

/** The options of a careful user, with all strict checks. */
const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  module: "nodenext",
  target: "es2022",
  types: ["node"]
}

const files = ["main.ts", "fakes.ts"]

const configurations = {
  "tsconfig.json": { compilerOptions: options, files },
  "tsconfig.bundler.json": {
    compilerOptions: { ...options, module: "esnext", moduleResolution: "bundler" },
    files
  }
}

/** The lowest version that a range allows. */
const lowest = (range) => range.replace(/^(\^|>=)/, "")

export const lowestNodeTypes = () => lowest(manifestOf("node").peerDependencies["@types/node"])

/** What a user of an edition depends on: the packed packages, its peers, and a compiler. */
const dependenciesOf = ({ declares, packages }, tarballs, peersAt) => {
  const { "@types/node": _, ...peers } = manifestOf(declares).peerDependencies ?? {}
  return {
    ...Object.fromEntries(packages.map((name) => [`@procfsroot/${name}`, `file:${tarballs.get(name)}`])),
    ...Object.fromEntries(
      Object.entries(peers).map(([name, range]) => [name, peersAt === "lowest" ? lowest(range) : range])
    ),
    typescript: "6.0.3",
    "@types/node": "^20.19.0"
  }
}

export const write = (directory, contents) => {
  mkdirSync(directory, { recursive: true })
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content))
  }
}

/** Writes a project, or without `manager` a member of a workspace. */
export const writeProject = (directory, edition, tarballs, { manager, peersAt = "highest", ...more } = {}) =>
  write(directory, {
    "package.json": {
      name: directory.split("/").at(-1).replaceAll(/\W+/g, "-"),
      version: "1.0.0",
      private: true,
      type: "module",
      dependencies: { ...dependenciesOf(edition, tarballs, peersAt), ...more },
      ...manager === undefined ? {} : managers[manager].manifest(tarballs)
    },
    ...configurations,
    "main.ts": edition.disk,
    "fakes.ts": edition.fakes,
    ...managers[manager]?.files
  })

export const writeWorkspace = (directory, manager, tarballs) => {
  const members = Object.keys(editions)
  write(directory, {
    "package.json": { name: "workspace", private: true, workspaces: members, ...managers[manager].manifest(tarballs) },
    ...manager === "pnpm" && { "pnpm-workspace.yaml": `packages: [${members.join(", ")}]\n` },
    ...managers[manager].files
  })
  for (const name of members) writeProject(join(directory, name), editions[name], tarballs)
}
