// Writes the public signatures of each package to `packages/*/etc/api.md`, from the built declarations. With `--check`,
// it compares them with that file instead. What no module exports is also listed if something exported needs it: a type of
// an internal module, or the base of a class, which has the methods of a service of Effect 4.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { firstDifference } from "./firstDifference.mjs"

const packages = fileURLToPath(new URL("..", import.meta.url))
const names = ["path", "vfs", "node", "platform", "platform-node", "effect4"]
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed })

const declarationsIn = (directory) =>
  existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".d.ts")).toSorted() : []

/** The statement that a report shows for a declaration. */
const statementOf = (declaration) => {
  if (ts.isVariableDeclaration(declaration)) return declaration.parent.parent
  // `export * as Name from "./Name.js"`
  return ts.isNamespaceExport(declaration) || ts.isExportSpecifier(declaration) ? declaration.parent : declaration
}

const textOf = (node) =>
  ts.isNamedExports(node) ? textOf(node.parent) : printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())

const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [] }

/** The host of all programs. It parses each file once, since they share Effect's declarations and each other's. */
const host = ts.createCompilerHost(options)
const { getSourceFile } = host
const parsed = new Map()
host.getSourceFile = (file, ...how) => {
  if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...how))
  return parsed.get(file)
}

const reportOf = (name) => {
  const dist = `${packages}${name}/dist/`
  const modules = ["", "node/"].flatMap((under) => declarationsIn(dist + under).map((file) => under + file))
  const program = ts.createProgram(modules.map((file) => dist + file), options, host)
  const checker = program.getTypeChecker()
  const original = (symbol) => symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const exportsOf = (file) =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(dist + file)))
  const shown = new Set(modules.flatMap(exportsOf))
  const isInternal = (symbol) => {
    const { declarations: [first] = [] } = symbol
    return first?.getSourceFile().fileName.startsWith(dist) && !ts.isSourceFile(first) && first.parent !== undefined &&
      !shown.has(symbol) && !ts.isTypeParameterDeclaration(first)
  }
  const needed = new Set()
  const note = (node) => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    const used = symbol && original(symbol)
    const top = used?.declarations?.[0]
    if (used && isInternal(used) && ts.isSourceFile(statementOf(top).parent) && !needed.has(used)) {
      needed.add(used)
      print(used)
    }
    ts.forEachChild(node, note)
  }
  const also = new Map()
  const linesOf = (symbol) => {
    const statements = [...new Set((symbol.declarations ?? []).map(statementOf))]
    statements.forEach(note)
    return statements.map(textOf)
  }
  const print = (symbol) => {
    const file = relative(dist, symbol.declarations[0].getSourceFile().fileName).replace(/\.d\.ts$/, "")
    also.set(`${file} ${symbol.name}`, `// ${file}\n${linesOf(symbol).join("\n")}`)
  }
  const sections = modules.map((file) => {
    const lines = exportsOf(file).toSorted((a, b) => a.name < b.name ? -1 : 1).flatMap((symbol) => {
      if (isInternal(original(symbol))) note(symbol.declarations[0])
      return linesOf(symbol)
    })
    return section(`@procfsroot/${name}/${file.replace(/\.d\.ts$/, "")}`, [...new Set(lines)])
  })
  const rest = [...also].toSorted(([a], [b]) => a < b ? -1 : 1).map(([, text]) => text)
  return `${
    [
      `# The public signatures of @procfsroot/${name}`,
      "Made by `npm run api`. A change in here is one that users see: see docs/releasing.md.",
      ...sections,
      ...rest.length === 0 ? [] : [section("What they need that is not exported", rest)]
    ].join("\n\n")
  }\n`
}

const section = (title, blocks) => `## ${title.replace(/\/index$/, "")}\n\n\`\`\`ts\n${blocks.join("\n\n")}\n\`\`\``

for (const name of names) {
  const file = `${packages}${name}/etc/api.md`
  const report = reportOf(name)
  if (process.argv.includes("--check")) {
    const difference = firstDifference(existsSync(file) ? readFileSync(file, "utf8") : "", report)
    if (difference === undefined) continue
    console.error(
      `packages/${name}: the public signatures have changed. If that is intended, run "npm run api".\n${difference}`
    )
    process.exitCode = 1
  } else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, report)
  }
}
