/** Converts trees of the suites to trees in memory, and back. */
import type { FileSpec, FileState } from "./contract/model.js"
import type { OpenTree, PlainEntry, PlainTree } from "./edition.js"

interface User {
  readonly uid: number
  readonly gid: number
}

const entryOf = (spec: FileSpec, user: User): PlainEntry => {
  const { content = "", mode, sameAs, target = "", type } = spec
  const { gid = user.gid, uid = user.uid } = spec
  const attributes = { mode, uid, gid, mtime: spec.mtime === undefined ? new Date() : new Date(spec.mtime * 1000) }
  if (sameAs !== undefined) return { type: "HardLink", of: sameAs }
  switch (type) {
    case "File":
      return { type, content, ...attributes }
    case "SymbolicLink": {
      const { mode: _, ...rest } = attributes
      return { type, target, ...rest }
    }
    default:
      return { type, ...attributes }
  }
}

/** The tree in memory. A file without an owner belongs to `user`. */
export const treeOf = (tree: ReadonlyArray<FileSpec>, user: User): PlainTree => ({
  "/": { type: "Directory", mode: 0o755, mtime: new Date(0), ...user },
  ...Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec, user)]))
})

const textOf = (content: string | Uint8Array): string =>
  typeof content === "string" ? content : new TextDecoder().decode(content)

const stateOf = (
  path: string,
  entry: Exclude<PlainEntry, { readonly type: "HardLink" }>,
  identity: string
): FileState => ({
  path,
  type: entry.type as FileState["type"], // the trees contain no sockets or devices
  mode: entry.type === "SymbolicLink" ? 0o777 : entry.mode,
  uid: entry.uid,
  gid: entry.gid,
  mtime: entry.mtime.getTime(),
  identity,
  ...(entry.type === "File" ? { content: textOf(entry.content) } : {}),
  ...(entry.type === "SymbolicLink" ? { target: entry.target } : {})
})

/** All files, including the root directory. */
export const filesOf = async ({ snapshot }: Pick<OpenTree, "snapshot">): Promise<ReadonlyArray<FileState>> => {
  const entries = await snapshot()
  return Object.entries(entries).flatMap(([path, entry]) => {
    if (entry.type !== "HardLink") return [stateOf(path, entry, path)]
    const original = entries[entry.of]
    return original === undefined || original.type === "HardLink" ? [] : [stateOf(path, original, entry.of)]
  })
}
