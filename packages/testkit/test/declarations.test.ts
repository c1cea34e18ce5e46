/**
 * Checks that a program that exports what it gets from an edition has declarations that name only the packages that it
 * depends on. With pnpm, no other package can be imported, and the compiler refuses a type that it cannot name (TS2883).
 * Also checks that declarations that need Node's types say so: without `types` in its options, TypeScript 6 loads none
 * by itself, and a type that is not found becomes `any` without a word.
 */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { temporary } from "../src/temporary.js"
import { publicModules, repository } from "./repository.js"

const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  declaration: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  types: ["node"]
}

/** Makes hosts for programs with these options. A file that one of them has parsed is not parsed again. */
const hosts = (options: ts.CompilerOptions) => {
  const parsed = new Map<string, ts.SourceFile | undefined>()
  return (): ts.CompilerHost => {
    const host = ts.createCompilerHost(options)
    const { getSourceFile } = host
    host.getSourceFile = (file, ...how) => {
      if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...how))
      return parsed.get(file)
    }
    return host
  }
}

const hostOf = hosts(options)

interface Edition {
  readonly own: ReadonlyArray<string>
  readonly others: ReadonlyArray<string>
}

const promises: Edition = { own: ["node"], others: ["packages/node/node_modules/@types/node"] }

/** For each edition, its packages, and the directories of the others that its users install. */
const editions: Readonly<Record<string, Edition>> = {
  promises,
  "Effect 3": {
    own: ["platform", "platform-node"],
    others: [
      "packages/node/node_modules/@types/node",
      "packages/platform/node_modules/effect",
      "packages/platform/node_modules/@effect/platform"
    ]
  },
  "Effect 4": {
    own: ["effect4"],
    others: ["packages/node/node_modules/@types/node", "packages/effect4/node_modules/effect"]
  }
}

const published = ["path", "vfs", "node", "platform", "platform-node", "effect4"]

const link = (target: string, path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

/** Installs an edition as pnpm does: only what the project depends on is in its own `node_modules`. */
const install = ({ others, own }: Edition, project: string): void => {
  const store = join(project, "node_modules/.pnpm/node_modules")
  for (const name of published) {
    const copy = join(store, "@procfsroot", name)
    cpSync(`${repository}packages/${name}/package.json`, join(copy, "package.json"), { recursive: true })
    cpSync(`${repository}packages/${name}/dist`, join(copy, "dist"), {
      recursive: true,
      filter: (path) => !/\.(map|js|tsbuildinfo)$/.test(path)
    })
  }
  for (const directory of others) {
    const name = directory.replace(/^.*\/node_modules\//, "")
    link(`${repository}${directory}`, join(store, name))
    link(`${repository}${directory}`, join(project, "node_modules", name))
  }
  for (const name of own) link(join(store, "@procfsroot", name), join(project, "node_modules/@procfsroot", name))
}

/** Modules for adapters, whose users install `@procfsroot/vfs` as well. */
const forAdapters = new Set([
  "node/FileSystem",
  "node/Native",
  "node/ProcessRoot",
  "node/Root",
  "node/Tar",
  "node/TarHeaders",
  "node/TarIndex",
  "node/TreeFiles",
  "platform/EventLoop",
  "platform/VfsFileSystem",
  "effect4/EventLoop",
  "effect4/VfsFileSystem"
])

/** The name by which a program imports a public module, and its declarations. */
const modulesOf = (own: ReadonlyArray<string>, ofAdapters: boolean) =>
  publicModules.flatMap((file) => {
    const [, name = "", module = ""] = /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(file) ?? []
    if (
      !own.includes(name) || basename(module) === "index" || forAdapters.has(`${name}/${module}`) !== ofAdapters
    ) return []
    return [{ name: `@procfsroot/${name}/${module}`, file: `${repository}packages/${name}/dist/${module}.d.ts` }]
  })

/** A module that exports every value of a public module, and the members of every interface with methods. */
const exportsOf = (module: string, file: string, program: ts.Program): string => {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const symbol = source && checker.getSymbolAtLocation(source)
  if (symbol === undefined) return ""
  const lines = checker.getExportsOfModule(symbol).map((exported) => {
    const { declarations: [first] = [], flags, name } = exported.flags & ts.SymbolFlags.Alias
      ? checker.getAliasedSymbol(exported)
      : exported
    if (flags & ts.SymbolFlags.Value) return `export const value_${name} = M.${exported.name}`
    if (first === undefined || !ts.isInterfaceDeclaration(first) || first.typeParameters !== undefined) return ""
    const members = checker.getDeclaredTypeOfSymbol(checker.getSymbolAtLocation(first.name) ?? exported).getProperties()
    const hasMethods = members.some((member) => checker.getTypeOfSymbol(member).getCallSignatures().length > 0)
    if (!hasMethods) return ""
    return `export const members_${name} = (value: M.${exported.name}) => ({ ...value })`
  })
  return [`import * as M from "${module}"`, ...lines].join("\n")
}

/** What the compiler says about the declarations of such modules. */
const complaintsOf = (edition: Edition, ofAdapters = false): ReadonlyArray<string> => {
  using project = temporary()
  install(edition, project.path)
  const modules = modulesOf(edition.own, ofAdapters)
  const built = ts.createProgram(modules.map(({ file }) => file), options, hostOf())
  const files = modules.map(({ file, name }, i) => {
    const path = join(project.path, `module${i}.mts`)
    writeFileSync(path, exportsOf(name, file, built))
    return path
  })
  const host = hostOf()
  host.getCurrentDirectory = () => project.path
  return ts.createProgram(files, options, host).getDeclarationDiagnostics()
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
    .filter((text) => text.includes("/node_modules/@procfsroot/"))
}

describe("the declarations of a program that exports what it gets", () => {
  it.each(Object.entries(editions))("name only installed packages, with %s", (_, edition) => {
    expect(complaintsOf(edition)).toEqual([])
  })

  it("name others in the modules for adapters", () => {
    expect(complaintsOf(promises, true)).toContainEqual(expect.stringContaining("@procfsroot/vfs/Program"))
  })
})

it("the declarations of a program can show what it makes of a RootedPath", () => {
  using project = temporary()
  install(editions["Effect 3"] ?? promises, project.path)
  const file = join(project.path, "main.mts")
  const program = `
    import type { Root } from "@procfsroot/platform"
    import * as Schema from "effect/Schema"
    const isRooted = (text: string): text is Root.RootedPath => text.startsWith("/")
    export const found = Schema.Struct({ path: Schema.String.pipe(Schema.filter(isRooted)) })
    export const inLogs = (path: Root.RootedPath) => path as typeof path & \`/var/log/\${string}\``
  writeFileSync(file, program)
  const complaints = ts.getPreEmitDiagnostics(ts.createProgram([file], options))
  expect(complaints.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([])
})

it("the declarations of every module load Node's types themselves", () => {
  const alone: ts.CompilerOptions = { ...options, target: ts.ScriptTarget.ESNext, skipLibCheck: false, types: [] }
  const host = hosts(alone)()
  const modules = publicModules.filter((file) => file.startsWith("packages/node/src/"))
  const complaints = modules.flatMap((module) => {
    const file = `${repository}${module.replace("/src/", "/dist/").replace(/\.ts$/, ".d.ts")}`
    const program = ts.createProgram([file], alone, host)
    return program.getSourceFiles().filter(({ fileName }) => fileName.includes("/packages/node/dist/"))
      .flatMap((source) => program.getSemanticDiagnostics(source))
      .map(({ messageText }) => `${module}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`)
  })
  expect(modules.length).toBeGreaterThan(10)
  expect(complaints).toEqual([])
})

/** What the compiler says about a program, with files of Node that have a method which those of a root lack. */
const complaintsWithNewerNode = (program: string): ReadonlyArray<string> => {
  using project = temporary()
  install(promises, project.path)
  const file = join(project.path, "main.mts")
  // As Node's types have since version 25. These are those of version 20.
  const newer = `declare module "fs/promises" { interface FileHandle { readonly newer: () => void } }`
  writeFileSync(file, `${program}\n${newer}`)
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, hostOf()))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
}

it("functions take a file that a root has opened, even if files of Node have methods that it lacks", () => {
  const program = `
    import { Fs, openMemoryRoot } from "@procfsroot/node"
    import type * as NodePromises from "node:fs/promises"
    const { createReadStream, createWriteStream, promises } = Fs.make(openMemoryRoot({ "/f": "" }))
    const file = await promises.open("/f")
    const text: string = await promises.readFile(file, "utf8")
    const again: string = await promises.readFile(file, { encoding: "utf8", signal: AbortSignal.abort() })
    const bytes: Buffer = await promises.readFile(file)
    await promises.writeFile(Math.random() < 0.5 ? file : "/f", text + again, { encoding: "latin1", flush: true })
    await promises[text === "" ? "appendFile" : "writeFile"](file, bytes)
    createReadStream("", { fd: file, start: 1 }).pipe(createWriteStream("", { fd: file, flush: true }))
    const taken: Pick<typeof NodePromises, "appendFile" | "readFile" | "writeFile"> = promises
    file.newer()`
  expect(complaintsWithNewerNode(program)).toEqual(["Property 'newer' does not exist on type 'FileHandle'."])
})

it("Node's functions are accepted in place of those of a root, even if its files have methods that a root's lack", () => {
  const program = `
    import type { Promises } from "@procfsroot/node"
    import * as NodePromises from "node:fs/promises"
    const fs: Omit<Promises.Promises, "constants" | "mkdtempDisposable" | "open" | "opendir"> = NodePromises
    fs.readFile("/f").then((bytes: string) => bytes)`
  expect(complaintsWithNewerNode(program)).toEqual([expect.stringMatching(/^Argument of type '\(bytes: string\)/)])
})
