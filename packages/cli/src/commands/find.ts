/** `procfsroot find`: prints every matching path below a path. */
import type { FileType } from "@procfsroot/vfs/Attributes"
import type { TreeEntry } from "@procfsroot/vfs/RootDirectory"
import { type Attributes, attributesOf, fileObject, letterOf } from "../attributes.js"
import { Below, isOnDeviceOf, joined, type Place, TOP } from "../below.js"
import { WrongUsage } from "../failure.js"
import { glob } from "../glob.js"
import * as Json from "../json.js"
import { howShown } from "../names.js"
import { splitPath } from "../paths.js"
import { command, flag, text, type Valued, type Values, whole } from "../options.js"
import { complainOf } from "../output.js"
import { attempt, attemptBelow, failedWith, type Reading, reading, readingOptions } from "../reading.js"
import { MOST_NAMES } from "../room.js"
import { readUsers, type Users } from "../users.js"

/** The value of `-size`: a number of units, which sizes are rounded up to. */
interface Size {
  readonly sign: string
  readonly count: bigint
  readonly unit: bigint
}

const units: Readonly<Record<string, bigint>> = {
  "": 512n,
  b: 512n,
  c: 1n,
  w: 2n,
  k: 1n << 10n,
  M: 1n << 20n,
  G: 1n << 30n
}

const size: Valued<Size> = {
  _tag: "Valued",
  metavar: "[+-]N[bcwkMG]",
  describe:
    "Only files with a size of N bytes (c), 2 bytes (w), 512 bytes (b or no letter), KiB (k), MiB (M) or GiB (G), " +
    "rounded up. +N is more than N, -N is less.",
  read: (text, option) => {
    const [, sign = "", digits, letter = ""] = /^([+-]?)(\d{1,19})([bcwkMG]?)$/.exec(text) ?? []
    const unit = units[letter]
    if (digits !== undefined && unit !== undefined) return { sign, count: BigInt(digits), unit }
    throw new WrongUsage(`The option ${option} takes a size such as 10M, +1G or -512c.`)
  }
}

const letters: ReadonlyArray<string> = ["f", "d", "l", "p", "s", "b", "c"]

/** The value of `-type`: letters of types. */
const fileTypes: Valued<ReadonlySet<string>> = {
  _tag: "Valued",
  metavar: "T[,T...]",
  describe:
    "Only files of these types: f file, d directory, l link, p fifo, s socket, b block device, c character device.",
  choices: letters,
  read: (text, option) => {
    const types = text.split(",")
    if (types.every((type) => letters.includes(type))) return new Set(types)
    throw new WrongUsage(`The option ${option} takes one or more of ${letters.join(", ")}, separated by commas.`)
  }
}

const options = {
  ...readingOptions,
  name: text("GLOB", "Only names that match this pattern, such as '*.log'."),
  type: fileTypes,
  maxdepth: whole(
    "N",
    "Go at most N directories down. With 0, only PATH itself is tested. By default there is no limit.",
    0
  ),
  xdev: flag("Do not enter directories on other file systems."),
  newer: text("PATH", "Only files that were modified later than PATH. If PATH is a link, it is not followed."),
  size,
  print0: flag("End each path with NUL instead of newline, and print paths unchanged on a terminal too."),
  json: flag("Print one JSON object per line, with all attributes.")
}

/** What is known of a path without reading its attributes. */
interface Found {
  readonly name: string
  readonly type: FileType
}

const fits = ({ count, sign, unit }: Size, { size }: Attributes): boolean => {
  const rounded = (size + unit - 1n) / unit
  return sign === "+" ? rounded > count : sign === "-" ? rounded < count : rounded === count
}

/** Splits the tests into those that need no attributes (`quick`) and those that do (`slow`). */
const testsOf = (values: Values<typeof options>, newer: bigint | undefined) => {
  const { name, size, type } = values
  const matches = name === undefined ? undefined : glob(name)
  const quick = (found: Found): boolean => matches?.(found.name) !== false && type?.has(letterOf(found.type)) !== false
  const slow = (attributes: Attributes): boolean =>
    (newer === undefined || attributes.mtimeNs > newer) && (size === undefined || fits(size, attributes))
  return { quick, slow, isSlow: newer !== undefined || size !== undefined || values.json }
}

class Finder {
  readonly #use: Reading
  readonly #values: Values<typeof options>
  readonly #tests: ReturnType<typeof testsOf>
  readonly #users: Users | undefined
  readonly #shown = howShown()

  constructor(
    use: Reading,
    values: Values<typeof options>,
    tests: ReturnType<typeof testsOf>,
    users: Users | undefined
  ) {
    this.#use = use
    this.#values = values
    this.#tests = tests
    this.#users = users
  }

  async find(path: string): Promise<void> {
    const { root } = this.#use
    const attributes = await attributesOf({ root, path })
    const { name } = splitPath(path)
    const found = { name: name === "" ? "/" : name, type: attributes.type }
    if (this.#tests.quick(found)) await this.#report(path, { root, path }, attributes)
    if (attributes.type !== "Directory" || this.#values.maxdepth === 0) return
    await attempt(this.#use, path, "listed", () => this.#below(path))
  }

  async #below(path: string): Promise<void> {
    const { root, signal } = this.#use
    const { maxdepth = Number.POSITIVE_INFINITY, xdev } = this.#values
    await using below = await Below.open(root, path)
    const isHere = xdev ? isOnDeviceOf(below.top) : () => true
    const enter = (directory: TreeEntry) => directory.depth < maxdepth && isHere(directory)
    const walked = below.top.directory.walkTree(TOP, { enter, signal, maxRemembered: MOST_NAMES })
    for await (const part of walked.parts()) {
      for (const entry of part) {
        below.move(entry.depth, entry.name)
        const whole = () => joined(path, entry.path)
        const waiting = this.#visit(entry, below, whole)
        // For most entries there is nothing to wait for, and `await` would take longer than everything else.
        const isSeen = waiting === undefined || await waiting === true
        // Only one message for a directory that can neither be looked at nor be listed.
        if (isSeen && entry.unreadable !== undefined) {
          await complainOf(failedWith(whole(), "listed", entry.unreadable))
        }
      }
    }
  }

  /** Returns `true`, or nothing to wait for, unless the attributes are needed and cannot be read. */
  #visit(entry: TreeEntry, below: Below, whole: () => string): Promise<true | undefined> | undefined {
    const isKnown = entry.type !== "Unknown"
    if (isKnown && !this.#tests.quick(entry)) return undefined
    if (isKnown && !this.#tests.isSlow) return this.#print(whole())?.then(() => true)
    return attemptBelow(
      this.#use.signal,
      whole,
      "looked at",
      async () => this.#look(whole, entry.name, await below.place())
    )
  }

  async #look(whole: () => string, name: string, place: Place): Promise<true> {
    const attributes = await attributesOf(place)
    const found = { name, type: attributes.type }
    if (this.#tests.quick(found)) await this.#report(whole(), place, attributes)
    return true
  }

  async #report(whole: string, { path, root }: Place, attributes: Attributes): Promise<void> {
    if (!this.#tests.slow(attributes)) return
    if (this.#users === undefined) return this.#print(whole)
    const exact = await root.directory.lstat(path)
    const target = exact.type === "SymbolicLink"
      ? await attemptBelow(this.#use.signal, () => whole, "read", () => root.promises.readlink(path))
      : undefined
    await this.#use.out.add(Json.line(fileObject(whole, exact, target, this.#users)))
  }

  #print(path: string): Promise<void> | undefined {
    return this.#use.out.add(this.#values.print0 ? `${path}\0` : `${this.#shown(path)}\n`)
  }
}

export const find = command(
  {
    name: "find",
    summary: "Finds files and directories below PATH. A directory comes before what is in it.",
    operands: { usage: "[PATH]...", least: 0, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "Without a PATH, the whole root is searched. --name, --type, --newer and --size are tests, and a file is printed " +
      "if it passes all of them. Links are found, but never followed. Names are in the order of their bytes. Options " +
      "may begin with one dash instead of two, as in GNU find.",
      "On a terminal, paths are quoted as for a shell. In a pipe they are unchanged. If they may contain newlines, use " +
      "-print0. With --json, the objects have the same fields as those of \"stat\"."
    ],
    examples: [
      {
        words: "find --container web /var/log -name '*.log' -size +10M",
        does: "Prints the large logs of a container."
      },
      { words: "find --root image / -type s -print0", does: "Prints every socket in an image." },
      {
        words: "find --pid 4711 /etc -newer /etc/hostname --json",
        does: "Prints what changed since the container started."
      }
    ]
  },
  async (values, paths) => {
    const { json, newer, print0 } = values
    if (json && print0) throw new WrongUsage("Only one of --json and --print0 can be given.")
    await reading(values, async (use) => {
      const than = newer === undefined ? undefined : await attempt(
        use,
        newer,
        "looked at",
        () => attributesOf({ root: use.root, path: newer })
      )
      if (newer !== undefined && than === undefined) return
      const users = json ? await readUsers(use.root, use.signal) : undefined
      const finder = new Finder(use, values, testsOf(values, than?.mtimeNs), users)
      for (const path of paths.length === 0 ? ["/"] : paths) {
        await attempt(use, path, "searched", () => finder.find(path))
      }
    })
  }
)
