/** The packages on the site, the lowest first, and what their modules are imported as. */
export const packages = ["path", "vfs", "node", "platform", "platform-node", "effect4"]

/** Files of modules in the repository: `packages/effect4/src/node/NodeRoot.ts`. */
const moduleFile = /^packages\/([\w-]+)\/src\/(node\/)?(\w+)\.ts$/

export interface Module {
  /** What a program imports: `@procfsroot/effect4/node`. */
  readonly entry: string
  /** Its name in there; absent for the entry itself. */
  readonly name?: string
  /** Its page: `reference/effect4/node/NodeRoot`, or `…/index`. */
  readonly page: string
}

/** The public module in a file; `undefined` for other files. */
export const moduleOf = (file: string): Module | undefined => {
  const [, directory = "", sub = "", name = ""] = moduleFile.exec(file) ?? []
  if (!packages.includes(directory)) return undefined
  const entry = `@procfsroot/${directory}${sub === "" ? "" : "/node"}`
  const page = `reference/${directory}/${sub}${name}`
  return name === "index" ? { entry, page } : { entry, name, page }
}
