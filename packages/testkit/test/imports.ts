/**
 * The rules for what each package may import: only packages below it, and never the `internal` modules of another one.
 */
import { isBuiltin } from "node:module"
import { dirname, join } from "node:path/posix"
import ts from "typescript"

interface Rule {
  /** `node:` means all modules of Node itself. */
  readonly may: ReadonlyArray<string>
  readonly why: string
}

const path = "@procfsroot/path"
const vfs = "@procfsroot/vfs"
const node = "@procfsroot/node"
const platform = "@procfsroot/platform"

/** The binaries of koffi, one for each CPU architecture. */
const koffi = ["arm", "arm64", "ia32", "loong64", "ppc64", "riscv64", "x64"].map((cpu) => `@koromix/koffi-linux-${cpu}`)

/** The lowest package comes first. The private packages may import everything. */
const rules: Readonly<Record<string, Rule | "private">> = {
  path: { may: [], why: "path depends on nothing, so that it runs anywhere" },
  vfs: { may: [path], why: "vfs knows neither Effect nor Node, so that every edition can use it, even in a browser" },
  node: {
    may: [path, vfs, "node:", "@types/node", ...koffi],
    why: "node knows no Effect, so that every edition can use it"
  },
  platform: {
    may: [path, vfs, "effect", "@effect/platform"],
    why: "platform knows nothing of Node, so that it runs over any FileSystem"
  },
  "platform-node": {
    may: [path, vfs, node, platform, "effect", "@effect/platform", "node:"],
    why: "platform-node is the edition for Effect 3 on Node, and nothing more"
  },
  effect4: {
    may: [path, vfs, "effect"],
    why: "effect4 knows nothing of Node outside of src/node, so that it runs over any FileSystem"
  },
  "effect4/src/node": {
    may: [path, vfs, node, "effect"],
    why: "effect4 is the edition for Effect 4, and nothing more"
  },
  cli: {
    may: [path, vfs, node, "node:", ...koffi],
    why: "the command is one file with everything that it imports except binaries; without Effect it starts quickly"
  },
  testkit: "private",
  benchmark: "private",
  site: "private"
}

/** A file of the repository, with its path relative to it. */
export interface SourceFile {
  readonly file: string
  readonly text: string
}

const packageOf = (file: string): string => file.split("/", 2)[1] ?? ""

/** The package that an import names: `effect` for `effect/Effect`, `@effect/platform` for `@effect/platform/Error`. */
const nameOf = (specifier: string): string =>
  isBuiltin(specifier) ? "node:" : specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")

/** The name of the rule for a source or a `package.json`. In `effect4`, one directory may import Node's modules. */
const ruleOf = (file: string): string =>
  /^packages\/effect4\/(?:src\/node\/|package\.json)/.test(file) ? "effect4/src/node" : packageOf(file)

const ruleAgainst = (from: string, name: string): string | undefined => {
  const rule = rules[from]
  if (rule === undefined) return `packages/${from} is not listed in packages/testkit/test/imports.ts`
  if (rule === "private" || rule.may.includes(name)) return undefined
  return `${rule.why}; it may import ${rule.may.length === 0 ? "nothing" : rule.may.join(", ")}`
}

const reasonAgainst = (file: string, specifier: string): string | undefined => {
  const from = packageOf(file)
  if (specifier.startsWith(".")) {
    const to = packageOf(join(dirname(file), specifier))
    return to === from ? undefined : `that is in packages/${to}, whose files are its own: import its public modules`
  }
  const isInternal = /^@procfsroot\/[^/]+\/(?:\w+\/)*internal\b/.test(specifier)
  return isInternal ? "internal modules are their package's own" : ruleAgainst(ruleOf(file), nameOf(specifier))
}

/** All imports, including those of types, and inline ones such as `import("x").Y`. */
const importsOf = (text: string): ReadonlyArray<string> =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)

export const complaintsAboutSource = ({ file, text }: SourceFile): ReadonlyArray<string> =>
  importsOf(text).flatMap((specifier) => {
    const reason = reasonAgainst(file, specifier)
    return reason === undefined ? [] : [`${file} imports "${specifier}": ${reason}`]
  })

/** The dependencies, except `devDependencies`, which only tests use. */
const dependenciesOf = (text: string): ReadonlyArray<string> => {
  const manifest = JSON.parse(text) as Readonly<Record<string, object | undefined>> // each of these is an object
  return ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {})
  )
}

export const complaintsAboutManifest = ({ file, text }: SourceFile): ReadonlyArray<string> =>
  dependenciesOf(text).flatMap((name) => {
    const reason = ruleAgainst(ruleOf(file), name)
    return reason === undefined ? [] : [`${file} depends on "${name}": ${reason}`]
  })
