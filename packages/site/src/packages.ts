/** The packages on the site, and how their modules are imported. */
import { readdirSync, readFileSync } from "node:fs"
import { repository } from "./repository.js"

export interface Entry {
  /** The name that a program imports. */
  readonly entry: string
  readonly about: string
  /** The path of its sources in the repository. */
  readonly directory: string
  /** The path of its pages on the site. */
  readonly pages: string
}

/** The lowest layer first. */
export const entries: ReadonlyArray<Entry> = [
  ["path", "the walk: how a path leads to a file; policies; no I/O"],
  ["vfs", "every file operation, written once; the file system in memory"],
  ["node", "promises; Linux: descriptors, `openat2`, pinned roots, archives"],
  ["platform", "Effect 3: `Root`, `RootDirectory`, `RootFileSystem`, fakes for tests"],
  ["platform-node", "Effect 3 for Linux: `NodeRoot`, `NodeRootFileSystem`, `Wormhole`, `TarFileSystem`"],
  ["effect4", "Effect 4: the same as `@procfsroot/platform`"],
  ["effect4/node", "Effect 4 for Linux: the same as `@procfsroot/platform-node`"]
].map(([name = "", about = ""]) => ({
  entry: `@procfsroot/${name}`,
  about,
  directory: `packages/${name.replace(/(?=\/)|$/, "/src")}`,
  pages: `reference/${name}`
}))

export interface Module {
  readonly in: Entry
  readonly name: string
  /** For example `reference/effect4/node/NodeRoot`. */
  readonly page: string
}

/** The public module in a file, including the index of an entry, or `undefined` for any other file. */
export const moduleOf = (file: string): Module | undefined => {
  const [, directory, name = ""] = /^(.*)\/(\w+)\.ts$/.exec(file) ?? []
  const found = entries.find((entry) => entry.directory === directory)
  return found === undefined ? undefined : { in: found, name, page: `${found.pages}/${name}` }
}

/** The public modules of an entry, without its index. */
export const modulesOf = ({ directory }: Entry): ReadonlyArray<Module> =>
  readdirSync(`${repository}/${directory}`)
    .toSorted()
    .flatMap((name) => moduleOf(`${directory}/${name}`) ?? [])
    .filter(({ name }) => name !== "index")

/** Whether the index of its entry exports a module. Others are imported by their own paths. */
export const isInIndex = ({ in: { directory }, name }: Module): boolean =>
  readFileSync(`${repository}/${directory}/index.ts`, "utf8").includes(`export * as ${name} from`)
