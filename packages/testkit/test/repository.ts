/** The repository for the tests here: its public modules and documents, and compiler programs over its sources. */
import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import ts from "typescript"

export const repository = fileURLToPath(new URL("../../../", import.meta.url))

const published = ["path", "vfs", "node", "platform", "platform-node", "effect4"]

/** Directories of public modules. `effect4` has those for Node in a directory of their own. */
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

/** The compiler options of the project, except that an example can have unused variables. */
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

/** The sources that were parsed for a program, for the next one: all of them are compiled with the same options. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/** For the end of a test file. Sources take 300 MB, and starting processes takes longer in a process that is large. */
export const forgetSources = (): void => parsed.clear()

/**
 * A program over `files` on disk and `virtual` ones; all names are relative to the repository. `paths` maps modules
 * that no package of the repository depends on.
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
    if (text !== undefined) return ts.createSourceFile(name, text, languageVersion, true)
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, languageVersion, ...rest))
    return parsed.get(name)
  }
  const rootNames = [...files, ...virtual.keys()].map((name) => repository + name)
  return ts.createProgram({ rootNames, options: compilerOptions, host })
}
