/** `procfsroot ls`: lists directories like GNU `ls`. */
import { compareBytes } from "@procfsroot/path/SurrogateEscape"
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { FileType } from "@procfsroot/vfs/Attributes"
import { accessMark } from "../accessMark.js"
import { attributesOf, TIME_ZONE } from "../attributes.js"
import { Below, joined, type Place } from "../below.js"
import { type Destination, noPaint, painter } from "../colours.js"
import { codeOf } from "../failure.js"
import { columnLines, type Item, type Layout, longLine, noLayout, type Style, totalLine, withRoom } from "../listing.js"
import { heading, shown } from "../names.js"
import { command, flag, type Values } from "../options.js"
import { colourful, onTerminal } from "../output.js"
import { attempt, attemptBelow, type Reading, reading, readingOptions } from "../reading.js"
import { MOST_NAMES, TooManyNames } from "../room.js"
import { readUsers } from "../users.js"

const options = {
  ...readingOptions,
  l: flag("One line per file: mode, links, owner, group, size or device, time, name, and where a link points."),
  a: flag("List names that begin with a dot as well, including . and .."),
  R: flag("List all directories below as well. Links are not followed."),
  h: flag("With -l, print sizes like 1.5K or 23M."),
  d: flag("List directories themselves, not what is in them.")
}

/** A name in a directory. The type is `Unknown` if the file system does not report it. */
interface Name {
  readonly name: string
  readonly type: FileType
  readonly destination?: Destination
}

const dots: ReadonlyArray<Name> = [{ name: ".", type: "Directory" }, { name: "..", type: "Directory" }]

/**
 * The attributes of up to this many names are kept in memory. If there are more names, attributes are read twice: for
 * the width of the columns, and to print them.
 */
const PART = 4_096

/** The width of a terminal that reports none, or 0. */
const WIDTH = 80

/** A directory below the listed one, at this depth. */
interface Inner {
  readonly name: string
  readonly depth: number
}

/** Does something with a file. If that fails, returns `undefined`. */
type Try = <A>(what: string, use: () => Promise<A>) => Promise<A | undefined>

/**
 * Reads the attributes of a file, the target if it is a link, and for `-l` the mark after its mode. Some targets may not
 * be read (`proc(5)`).
 */
const itemOf = async (name: string, place: Place, trying: Try, isLong: boolean): Promise<Item> => {
  const attributes = await attributesOf(place)
  const { type } = attributes
  const target = type === "SymbolicLink"
    ? await trying("read", () => place.root.promises.readlink(place.path))
    : undefined
  const mark = isLong ? await trying("read", () => accessMark(place)) : undefined
  return {
    name,
    type,
    attributes,
    ...(target === undefined ? {} : { target }),
    ...(mark === undefined ? {} : { mark })
  }
}

/** Finds what a link leads to. To GNU `ls`, it leads to nothing also if that cannot be found out. */
const destinationOf = (root: OpenRoot, path: string): Promise<Destination> =>
  root.directory.stat(path).catch((error: unknown) => {
    if (codeOf(error) === undefined) throw error
    return "nothing"
  })

const quietly: Try = (_, use) => use().catch(() => undefined)

/** Reads what is shown of a name. If its attributes cannot be read, that is only its name and type. */
type Look = (name: Name, isReported: boolean) => Promise<Item>

class Lister {
  readonly #use: Reading
  readonly #values: Values<typeof options>
  readonly #style: Style
  readonly #followsLinks: boolean
  /** Directories that still have to be listed. */
  readonly #waiting: Array<Inner> = []
  /** A blank line is printed before a directory that is not the first output. */
  #isFirst = true

  constructor(use: Reading, values: Values<typeof options>, style: Style) {
    this.#use = use
    this.#values = values
    this.#style = style
    this.#followsLinks = style.paint.followsLinks(values.l)
  }

  async list(paths: ReadonlyArray<string>): Promise<void> {
    const { R, d, l } = this.#values
    const files: Array<Item> = []
    const directories: Array<Item> = []
    for (const path of paths.toSorted(compareBytes)) {
      const item = await attempt(this.#use, path, "looked at", () => this.#operand(path, !l && !d))
      if (item === undefined) continue
      if (item.type === "Directory" && !d) directories.push(item)
      else files.push(item)
    }
    if (files.length > 0) {
      // Like GNU `ls`, which also makes room for the directories that it lists afterwards.
      const room = withRoom(noLayout, directories, this.#style)
      await this.#print(files, (name) => Promise.resolve(name), room)
      this.#isFirst = false
    }
    const isNamed = R || paths.length > 1
    for (const { name: path } of directories) {
      await attempt(this.#use, path, "listed", () => this.#directory(path, isNamed))
    }
  }

  async #operand(path: string, follow: boolean): Promise<Item> {
    const { directory } = this.#use.root
    if (follow) {
      try {
        const attributes = await directory.stat(path)
        if (attributes.type === "Directory") return { name: path, type: attributes.type, attributes }
      } catch (error) {
        // A link that leads nowhere is listed itself, like one to a file.
        if (!["ENOENT", "ELOOP"].includes(codeOf(error) ?? "")) throw error
      }
    }
    const trying: Try = follow ? quietly : (what, use) => attempt(this.#use, path, what, use)
    const item = await itemOf(path, { root: this.#use.root, path }, trying, this.#values.l)
    return this.#withDestination(item, path)
  }

  /** Finds out what a link leads to, if its colours depend on that. */
  async #withDestination<A extends Name>(found: A, path: string): Promise<A> {
    if (found.type !== "SymbolicLink" || !this.#followsLinks) return found
    return { ...found, destination: await destinationOf(this.#use.root, path) }
  }

  /** Lists a directory and, with `-R`, those below it. */
  async #directory(path: string, isNamed: boolean): Promise<void> {
    await using below = await Below.open(this.#use.root, path)
    const waiting = this.#waiting
    // Like GNU `ls`, which leaves out slashes at the end of PATH if a name comes after them.
    const above = path.replace(/([^/])\/+$/, "$1")
    const list = async (whole: string, depth: number) => {
      const found = await this.#contents(below, whole, depth, isNamed)
      for (const name of found.toReversed()) waiting.push({ name, depth: depth + 1 })
    }
    await list(path, 0)
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const { depth, name } = at
      below.move(depth, name)
      const whole = joined(above, below.path())
      await attemptBelow(this.#use.signal, () => whole, "listed", () => list(whole, depth))
    }
  }

  /** Prints a directory, and returns the directories in it for `-R`. */
  async #contents(below: Below, whole: string, depth: number, isNamed: boolean): Promise<ReadonlyArray<string>> {
    const { R, a, l } = this.#values
    const { path, root } = await below.place()
    const names: Array<Name> = a ? dots.slice() : []
    for await (const { name, type } of root.directory.streamDirectoryEntries(path, { signal: this.#use.signal })) {
      if (!a && name.startsWith(".")) continue
      names.push({ name, type })
      if (names.length + this.#waiting.length > MOST_NAMES) throw new TooManyNames()
    }
    names.sort((x, y) => compareBytes(x.name, y.name))
    // With -l, they are looked at one after the other below.
    if (!l && this.#followsLinks) {
      for (const [i, name] of names.entries()) names[i] = await this.#withDestination(name, joined(whole, name.name))
    }
    if (isNamed) await this.#use.out.add(`${this.#isFirst ? "" : "\n"}${heading(whole)}:\n`)
    this.#isFirst = false
    const look = async (name: Name, trying: Try): Promise<Item> => {
      const found = await trying("looked at", async () => {
        below.move(depth + 1, name.name)
        // The parent of the listed directory is outside `below`.
        const isParent = name.name === ".." && depth === 0
        const path = joined(whole, name.name)
        const place = isParent ? { root: this.#use.root, path } : await below.place()
        return this.#withDestination(await itemOf(name.name, place, trying, this.#values.l), path)
      })
      return found ?? name
    }
    await this.#print(names, (name, isReported) => {
      if (!l) return Promise.resolve(name)
      const path = () => joined(whole, name.name)
      return look(name, isReported ? (what, use) => attemptBelow(this.#use.signal, path, what, use) : quietly)
    })
    if (!R) return []
    const inside: Array<string> = []
    for (const name of names) {
      if (name.name === "." || name.name === "..") continue
      const { type } = name.type === "Unknown" ? await look(name, quietly) : name
      if (type === "Directory") inside.push(name.name)
    }
    return inside
  }

  /** Prints what was found in a directory, with its total, or files of the command line in a layout with `room`. */
  async #print(names: ReadonlyArray<Name>, look: Look, room?: Layout): Promise<void> {
    const style = this.#style
    const { l } = this.#values
    const itemsOf = async (start: number, isReported: boolean): Promise<ReadonlyArray<Item>> => {
      const items: Array<Item> = []
      for (const name of names.slice(start, start + PART)) items.push(await look(name, isReported))
      return items
    }
    let layout: Layout = room ?? noLayout
    let kept: ReadonlyArray<Item> = []
    for (let start = 0; start < names.length; start += PART) {
      kept = await itemsOf(start, true)
      layout = withRoom(layout, kept, style)
    }
    if (l && room === undefined) await this.#use.out.add(totalLine(layout, style))
    if (!l && onTerminal()) {
      return this.#use.out.add(columnLines(names, layout, process.stdout.columns || WIDTH, style))
    }
    for (let start = 0; start < names.length; start += PART) {
      const items = names.length <= PART ? kept : await itemsOf(start, false)
      for (const item of items) await this.#use.out.add(l ? longLine(item, layout, style) : `${shown(item.name)}\n`)
    }
  }
}

export const ls = command(
  {
    name: "ls",
    summary: "Lists directories, sorted by the bytes of their names.",
    operands: { usage: "[PATH]...", least: 0, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "Without a PATH, the root is listed. A PATH that is a link is followed, but not with -l or -d.",
      "With -l, a + after the mode stands for an ACL, and a dot for a label of SELinux alone. The names of owners come " +
      "from /etc/passwd and /etc/group in the root. A name that is not ASCII is replaced by the number. In the root of " +
      "a process or a container, these numbers are those of its user namespace. Times are in the time zone of the " +
      "caller. " +
      TIME_ZONE +
      " A ? stands for something that could not be read.",
      "On a terminal, names are quoted as for a shell. They are coloured by name and type and, with -l, by mode, as " +
      "LS_COLORS says, unless NO_COLOR is set or TERM is dumb. If it has a colour for broken links (or, mi), links " +
      "are looked up in the root. In a pipe, each line is a name, unchanged. If names may contain newlines, use \"find -print0\"."
    ],
    examples: [
      { words: "ls --container web -la /etc", does: "Lists the /etc of a container." },
      { words: "ls --root image -lR /usr/local", does: "Lists everything below a directory of an image." }
    ]
  },
  (values, paths) =>
    reading(values, async (use) => {
      const style = {
        human: values.h,
        quoted: onTerminal(),
        paint: colourful() ? painter(process.env["LS_COLORS"] ?? "") : noPaint,
        users: await readUsers(use.root, use.signal),
        // Not the time of the start, after which files can be modified. Rounded up, so that no such file is in the future.
        now: () => BigInt(Date.now() + 1) * 1_000_000n
      }
      await new Lister(use, values, style).list(paths.length === 0 ? ["/"] : paths)
    })
)
