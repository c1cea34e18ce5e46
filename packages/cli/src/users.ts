/** Users and groups by the names that they have inside the root. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { Opened } from "./where.js"
import { readFileSync } from "node:fs"

/** A larger file is not a list of users. */
const MAX_BYTES = 1 << 20

/** What ids without a mapping are for a process in a user namespace (`/proc/sys/kernel/overflowuid`). */
const OVERFLOW = 65_534

/** So that a name is neither taken for a number nor garbles the columns. */
const isName = (name: string): boolean => /^[\w.][\w.@\\+-]{0,63}\$?$/.test(name) && !/^\d+$/.test(name)

const isId = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32

/** Of `passwd(5)` or `group(5)`. As in libc, the first line of an id counts. */
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
    return namesIn("") // most often there is none, and the numbers say the same
  }
}

/** Turns ids as they are here into those inside (`user_namespaces(7)`). */
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

/** An id inside, and its name if it has one. */
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

/** The users of the root. If it is a process's, ids are those of the process's user namespace. */
export const readUsers = async (root: Opened, signal?: AbortSignal): Promise<Users> => ({
  user: owners(await readNames(root, "/etc/passwd", signal), mappingOf(root.pid, "uid_map")),
  group: owners(await readNames(root, "/etc/group", signal), mappingOf(root.pid, "gid_map"))
})
