/** The repository as the compiler sees it: its public modules, its options, and a program over its sources. */
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import ts from "typescript"

export const repository = fileURLToPath(new URL("../../../", import.meta.url))

const published = ["path", "vfs", "node", "platform", "platform-node", "effect4"]

/** Directories of public modules; a package with one for Node has it under `/node`. */
const sources = [...published.map((name) => `packages/${name}/src`), "packages/effect4/src/node"]

const filesIn = (directory: string, suffix: string): ReadonlyArray<string> =>
  readdirSync(`${repository}${directory}`)
    .filter((name) => name.endsWith(suffix))
    .map((name) => `${directory}/${name}`)

export const publicModules: ReadonlyArray<string> = sources.flatMap((directory) => filesIn(directory, ".ts"))

export const documents: ReadonlyArray<string> = [
  "README.md",
  ...[...published, "cli"].flatMap((name) => filesIn(`packages/${name}`, ".md")),
  ...filesIn(".github", ".md"),
  ...filesIn("docs", ".md"),
  ...filesIn("docs/concepts", ".md"),
  ...filesIn("docs/errors", ".md"),
  ...filesIn("docs/guides", ".md")
]

export type Paths = Readonly<Record<string, ReadonlyArray<string>>>

/** The project's own options; an example may leave a result unused, which is all that is forgiven. */
const options = (paths: Paths): ts.CompilerOptions => {
  const { config, error } = ts.readConfigFile(`${repository}tsconfig.base.json`, ts.sys.readFile)
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"))
  const { compilerOptions } = config as { compilerOptions: object }
  const converted = ts.convertCompilerOptionsFromJson(compilerOptions, repository)
  return {
    ...converted.options,
    composite: false,
    declaration: false,
    declarationMap: false,
    noEmit: true,
    noUnusedLocals: false,
    types: ["node"],
    typeRoots: [`${repository}node_modules/@types`],
    paths: Object.fromEntries([
      ...published.flatMap((name) => [
        [`@procfsroot/${name}`, [`${repository}packages/${name}/src/index.ts`]],
        [`@procfsroot/${name}/node`, [`${repository}packages/${name}/src/node/index.ts`]],
        [`@procfsroot/${name}/*`, [`${repository}packages/${name}/src/*.ts`]]
      ]),
      ...Object.entries(paths).map(([name, files]) => [name, files.map((file) => repository + file)])
    ])
  }
}

/**
 * One program over `files` of the disk and `virtual` ones, whose names are relative to the repository as well. `paths`
 * says where the modules are that no package of the repository depends on.
 */
export const programOf = (
  files: ReadonlyArray<string>,
  virtual: ReadonlyMap<string, string> = new Map(),
  paths: Paths = {}
): ts.Program => {
  const compilerOptions = options(paths)
  const host = ts.createCompilerHost(compilerOptions)
  const { fileExists, getSourceFile, readFile } = host
  const textOf = (name: string) => virtual.get(name.slice(repository.length))
  host.fileExists = (name) => textOf(name) !== undefined || fileExists(name)
  host.readFile = (name) => textOf(name) ?? readFile(name)
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = textOf(name)
    return text === undefined
      ? getSourceFile(name, languageVersion, ...rest)
      : ts.createSourceFile(name, text, languageVersion, true)
  }
  const rootNames = [...files, ...virtual.keys()].map((name) => repository + name)
  return ts.createProgram({ rootNames, options: compilerOptions, host })
}
