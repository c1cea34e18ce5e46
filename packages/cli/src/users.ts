/** The names of users and groups inside the root. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { OVERFLOW, own } from "./userNamespace.js"
import type { Opened } from "./where.js"

/** A larger file is not treated as a list of users. */
const MAX_BYTES = 1 << 20

/** Other names are not shown, because they could be mistaken for numbers or garble the columns. */
const isName = (name: string): boolean => /^[\w.][\w.@\\+-]{0,63}\$?$/.test(name) && !/^\d+$/.test(name)

const isId = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32

interface Entry {
  readonly name: string
  /** Only in `passwd`. */
  readonly home: string | undefined
}

/** The lines of a file in the format of `passwd(5)` or `group(5)`. As in libc, the first line for an id counts. */
export const entriesIn = (text: string): ReadonlyMap<number, Entry> => {
  const entries = new Map<number, Entry>()
  for (const line of text.split("\n")) {
    const [name = "", , id = "", , , home] = line.split(":", 6)
    if (isName(name) && isId(id) && !entries.has(Number(id))) entries.set(Number(id), { name, home })
  }
  return entries
}

export const namesIn = (text: string): ReadonlyMap<number, string> =>
  new Map(Array.from(entriesIn(text), ([id, { name }]) => [id, name]))

const readNames = async (root: OpenRoot, path: string, signal: AbortSignal | undefined) => {
  try {
    const bytes = await root.directory.readFileBounded(path, { maxBytes: MAX_BYTES, signal })
    return namesIn(Buffer.from(bytes).toString("latin1"))
  } catch (error) {
    if (signal?.aborted === true) throw error
    return namesIn("") // usually there is no such file, and the numbers are shown instead
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

const owners =
  (names: ReadonlyMap<number, string>, inside: (id: number) => number | undefined) => (outer: number): Owner => {
    const id = inside(outer) ?? OVERFLOW
    return { id, name: names.get(id) }
  }

/**
 * Reads the users and groups of the root. If it is the root of a process, ids are those of the user namespace of that
 * process.
 */
export const readUsers = async (root: Opened, signal?: AbortSignal): Promise<Users> => {
  const { groups, users } = root.userNamespace ?? own
  return {
    user: owners(await readNames(root, "/etc/passwd", signal), users.inside),
    group: owners(await readNames(root, "/etc/group", signal), groups.inside)
  }
}
