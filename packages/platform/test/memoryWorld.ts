/** Trees of the testkit in memory, and back. */
import { MemoryFileSystem } from "@procfsroot/platform"
import type { FileSpec, FileState } from "@procfsroot/testkit/contract/model"
import * as Effect from "effect/Effect"

interface User {
  readonly uid: number
  readonly gid: number
}

const entryOf = (spec: FileSpec, user: User): MemoryFileSystem.Entry => {
  const { content = "", mode, sameAs, target = "", type } = spec
  const { gid = user.gid, uid = user.uid } = spec
  const attributes = { uid, gid, mtime: spec.mtime === undefined ? new Date() : new Date(spec.mtime * 1000) }
  if (sameAs !== undefined) return MemoryFileSystem.hardLink(sameAs)
  switch (type) {
    case "Directory":
      return MemoryFileSystem.directory({ mode, ...attributes })
    case "File":
      return MemoryFileSystem.file(content, { mode, ...attributes })
    case "SymbolicLink":
      return MemoryFileSystem.link(target, attributes)
    case "FIFO":
      return MemoryFileSystem.fifo({ mode, ...attributes })
  }
}

/** The tree, every file of it the user's unless it says whose. */
export const inMemory = (tree: ReadonlyArray<FileSpec>, user: User): MemoryFileSystem.Tree => ({
  "/": MemoryFileSystem.directory(user),
  ...Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec, user)]))
})

const textOf = (content: string | Uint8Array): string =>
  typeof content === "string" ? content : new TextDecoder().decode(content)

const stateOf = (
  path: string,
  entry: Exclude<MemoryFileSystem.Entry, MemoryFileSystem.HardLink>,
  identity: string
): FileState => ({
  path,
  type: entry.type as FileState["type"], // the trees have no socket
  mode: entry.type === "SymbolicLink" ? 0o777 : entry.mode,
  uid: entry.uid,
  gid: entry.gid,
  mtime: entry.mtime.getTime(),
  identity,
  ...(entry.type === "File" ? { content: textOf(entry.content) } : {}),
  ...(entry.type === "SymbolicLink" ? { target: entry.target } : {})
})

/** Every file there is, the root's own directory among them. */
export const files = Effect.map(
  MemoryFileSystem.snapshot,
  (entries) =>
    Object.entries(entries).flatMap(([path, entry]) => {
      if (entry.type !== "HardLink") return [stateOf(path, entry, path)]
      const original = entries[entry.of]
      return original === undefined || original.type === "HardLink" ? [] : [stateOf(path, original, entry.of)]
    })
)
