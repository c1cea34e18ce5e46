/**
 * Reads and writes trees as text, one entry per line, with the marks of `ls -F`: `/etc/`, `/etc/passwd`, `/bin ->
 * usr/bin`, `/run/fifo|`, `/run/socket=`, and `/proc/ (mount)`.
 */
import { MemoryTree, ResolveFailure } from "@procfsroot/vfs"
import { read, spelled, write } from "./names.js"

/** A problem in the text. `line` is `undefined` if it is not in a single line. */
export interface Problem {
  readonly line: number | undefined
  readonly message: string
}

/** A tree to walk in. */
export interface Planted {
  readonly memory: MemoryTree.Memory
}

const MOUNT = " (mount)"
const ARROW = " -> "

type Entry = MemoryTree.Tree[string]

/** A character at the end of a name that would be read as a mark, or trimmed. */
const lastOfName = /[|=>)\s]$/u

const writePath = (path: string): string => write(path).replaceAll(ARROW, `${spelled(" ")}-> `)

const writeName = (path: string): string => writePath(path).replace(lastOfName, spelled)

const writeTarget = (target: string): string => write(target).replace(/^\s|\s$/gu, spelled)

const writeEntry = (
  path: string,
  entry: MemoryTree.Entry,
  tree: Readonly<Record<string, MemoryTree.Entry>>
): string => {
  switch (entry.type) {
    case "Directory":
      return `${writePath(path).replace(/\/?$/, "/")}${entry.mount === true ? MOUNT : ""}`
    case "SymbolicLink":
      return `${writeName(path)}${ARROW}${writeTarget(entry.target)}`
    case "FIFO":
      return `${writeName(path)}|`
    case "Socket":
      return `${writeName(path)}=`
    // Devices are shown as files, because a walk ends at both.
    case "BlockDevice":
    case "CharacterDevice":
    case "File":
      return writeName(path)
    case "HardLink": {
      // A walk to another name of a file leads to the same entry.
      const original = tree[entry.of]
      return original === undefined ? writeName(path) : writeEntry(path, original, {})
    }
  }
}

/** The text of a tree, in the order of its entries. A directory is left out if another entry implies it. */
export const print = (tree: Readonly<Record<string, MemoryTree.Entry>>): string => {
  const parents = new Set(Object.keys(tree).map((path) => path.slice(0, path.lastIndexOf("/"))))
  return Object.entries(tree)
    .filter(([path, entry]) =>
      !(entry.type === "Directory" && entry.mount !== true && parents.has(path)) && path !== "/"
    )
    .map(([path, entry]) => writeEntry(path, entry, tree))
    .join("\n")
}

const marks: ReadonlyArray<readonly [mark: string, kept: string, make: () => Entry]> = [
  [`/${MOUNT}`, "/", () => MemoryTree.mount()],
  ["/", "/", () => MemoryTree.directory()],
  ["|", "", () => MemoryTree.fifo()],
  ["=", "", () => MemoryTree.socket()]
]

const parts = (
  line: string
): { readonly name: string; readonly make: (target: string) => Entry; readonly target: string } => {
  const arrow = line.indexOf(ARROW)
  if (arrow !== -1) {
    return { name: line.slice(0, arrow), target: line.slice(arrow + ARROW.length), make: MemoryTree.link }
  }
  if (line.endsWith(ARROW.trimEnd())) {
    return { name: line.slice(0, -ARROW.trimEnd().length), target: "", make: MemoryTree.link }
  }
  const found = marks.find(([mark]) => line.endsWith(mark))
  if (found === undefined) return { name: line, target: "", make: () => MemoryTree.file("") }
  const [mark, kept, make] = found
  return { name: line.slice(0, -mark.length) + kept, target: "", make }
}

/** The tree that a text describes, or its problems. */
export const plant = (text: string): Planted | ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  const tree: Record<string, Entry> = { "/": MemoryTree.directory() }
  const lines = new Map<string, number>()
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim()
    if (line === "" || line === "/") continue
    const { make, name, target } = parts(line)
    const [path, leads] = [read(name), read(target)]
    const report = (message: string) => problems.push({ line: index + 1, message })
    if ("why" in path) report(`${path.why}.`)
    else if ("why" in leads) report(`${leads.why}.`)
    else {
      const key = path.name.startsWith("/") ? path.name : `/${path.name}`
      if (lines.has(key)) report(`line ${lines.get(key)} has the same path.`)
      lines.set(key, index + 1)
      tree[key] = make(leads.name)
    }
  }
  if (problems.length > 0) return problems
  const memory = MemoryTree.make(tree)
  return memory._tag === "Memory"
    ? { memory }
    : [{ line: lines.get(memory.path), message: ResolveFailure.invalidTree(memory.path, memory.why) }]
}
