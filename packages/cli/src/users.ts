/** The names of users and groups inside the root. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { Opened } from "./where.js"
import { readFileSync } from "node:fs"

/** A larger file is not treated as a list of users. */
const MAX_BYTES = 1 << 20

/** The id that a process in a user namespace sees for an id without a mapping (`/proc/sys/kernel/overflowuid`). */
const OVERFLOW = 65_534

/** Other names are not shown, because they could be mistaken for numbers or garble the columns. */
const isName = (name: string): boolean => /^[\w.][\w.@\\+-]{0,63}\$?$/.test(name) && !/^\d+$/.test(name)

const isId = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32

/** The names in a file in the format of `passwd(5)` or `group(5)`. As in libc, the first line for an id counts. */
export const namesIn = (text: string): ReadonlyMap<number, string> => {
  const names = new Map<number, string>()
  for (const line of text.split("\n")) {
    const [name = "", , id = ""] = line.split(":", 3)
    if (isName(name) && isId(id) && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

const readNames = async (root: OpenRoot, path: string, signal: AbortSignal | undefined) => {
  try {
    const bytes = await root.directory.readFileBounded(path, { maxBytes: MAX_BYTES, signal })
    return namesIn(Buffer.from(bytes).toString("latin1"))
  } catch (error) {
    if (signal?.aborted === true) throw error
    return namesIn("") // usually there is no such file, and the numbers are shown instead
  }
}

/** Converts ids in the user namespace of this process to ids in another one (`user_namespaces(7)`). */
export const mapping = (text: string) => {
  const ranges = text.trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number))
  return (id: number): number => {
    for (const [inside = 0, outside = 0, length = 0] of ranges) {
      if (id >= outside && id - outside < length) return inside + (id - outside)
    }
    return OVERFLOW
  }
}

const same = (id: number): number => id

const mappingOf = (pid: number | undefined, file: "uid_map" | "gid_map") => {
  if (pid === undefined) return same
  try {
    return mapping(readFileSync(`/proc/${pid}/${file}`, "latin1"))
  } catch {
    return same // the process has ended, or the kernel has no user namespaces
  }
}

/** An id inside the root, and its name if it has one. */
export interface Owner {
  readonly id: number
  readonly name: string | undefined
}

export interface Users {
  readonly user: (uid: number) => Owner
  readonly group: (gid: number) => Owner
}

const owners = (names: ReadonlyMap<number, string>, inside: (id: number) => number) => (outer: number): Owner => {
  const id = inside(outer)
  return { id, name: names.get(id) }
}

/**
 * Reads the users and groups of the root. If it is the root of a process, ids are those of the user namespace of that
 * process.
 */
export const readUsers = async (root: Opened, signal?: AbortSignal): Promise<Users> => ({
  user: owners(await readNames(root, "/etc/passwd", signal), mappingOf(root.pid, "uid_map")),
  group: owners(await readNames(root, "/etc/group", signal), mappingOf(root.pid, "gid_map"))
})
