/** Finds the differences of two trees by Docker's rules, by comparing every file of both. Paths are bytes in latin1. */
import * as Fs from "node:fs"

type Stat = Fs.BigIntStats

const filesBelow = (place: string): ReadonlyMap<string, Stat> => {
  const found = new Map<string, Stat>()
  const waiting = [""]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const bytes = Buffer.from(place + path, "latin1")
    // A merged directory with only one layer also lists its whiteouts, which do not exist as files.
    const stat = Fs.lstatSync(bytes, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) continue
    found.set(path, stat)
    if (!stat.isDirectory()) continue
    for (const name of Fs.readdirSync(bytes, { encoding: "buffer" })) waiting.push(`${path}/${name.toString("latin1")}`)
  }
  found.delete("")
  return found
}

const parentsOf = (path: string): ReadonlyArray<string> => {
  const names = path.split("/").slice(1, -1)
  return names.map((_, i) => `/${names.slice(0, i + 1).join("/")}`)
}

const targetOf = (place: string): string => Fs.readlinkSync(Buffer.from(place, "latin1"), "buffer").toString("latin1")

/** Sorted lines such as `A /tmp/new`. */
export const differences = (now: string, before: string): ReadonlyArray<string> => {
  const [files, old] = [filesBelow(now), filesBelow(before)]
  const lines = new Map<string, "A" | "C" | "D">()
  for (const [path, a] of files) {
    const b = old.get(path)
    if (b === undefined) lines.set(path, "A")
    else if (
      a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.rdev !== b.rdev ||
      (!a.isDirectory() && (a.size !== b.size || a.mtimeNs !== b.mtimeNs)) ||
      (a.isSymbolicLink() && targetOf(now + path) !== targetOf(before + path))
    ) lines.set(path, "C")
  }
  for (const path of old.keys()) {
    const parent = parentsOf(path).at(-1)
    if (!files.has(path) && (parent === undefined || files.get(parent)?.isDirectory() === true)) lines.set(path, "D")
  }
  for (const path of Array.from(lines.keys())) {
    for (const parent of parentsOf(path)) if (!lines.has(parent)) lines.set(parent, "C")
  }
  return Array.from(lines, ([path, letter]) => `${letter} ${path}`).toSorted()
}
