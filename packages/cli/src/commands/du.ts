/** `procfsroot du`: prints how much space directories take. */
import { type Attributes, attributesOf, human, kibibytes } from "../attributes.js"
import { Below, isOnDeviceOf, joined, TOP } from "../below.js"
import { WrongUsage } from "../failure.js"
import { shown } from "../names.js"
import { command, flag, type Values } from "../options.js"
import { complainOf } from "../output.js"
import { attempt, attemptBelow, failedWith, type Reading, reading, readingOptions } from "../reading.js"
import { MOST_LINKED, MOST_NAMES } from "../room.js"

const options = {
  ...readingOptions,
  s: flag("Print only one line for each PATH, with its sum."),
  h: flag("Print sizes like 1.5K or 23M."),
  a: flag("Print files as well, not only directories."),
  "one-file-system": flag("Leave out files on other file systems than that of PATH.", "x")
}

/** Remembers what was counted: files with several names, or every file if one PATH can be inside another. */
class Seen {
  readonly #isAll: boolean
  #room = MOST_LINKED
  readonly #devices = new Map<bigint, Set<number | bigint>>()

  constructor(isAll: boolean) {
    this.#isAll = isAll
  }

  isNew({ dev, ino, nlink, type }: Attributes): boolean {
    if (!this.#isAll && (nlink < 2 || type === "Directory")) return true
    let inodes = this.#devices.get(dev)
    if (inodes === undefined) this.#devices.set(dev, inodes = new Set())
    const inode = ino <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(ino) : ino // a number takes less memory than a bigint
    if (inodes.has(inode)) return false
    if (this.#room-- > 0) inodes.add(inode)
    return true
  }
}

/** A directory that the walk is in. */
interface Level {
  /** The sum of what was found in it so far. */
  blocks: bigint
  /** False if it was already counted for another PATH, or its attributes could not be read. */
  readonly isNew: boolean
}

/** The path as GNU `du` prints it: with at most one slash at the end, but two slashes are another root for POSIX. */
const trimmed = (path: string): string => path === "//" ? path : path.replace(/\/+$/, "/")

class Sums {
  readonly #use: Reading
  readonly #values: Values<typeof options>
  readonly #seen: Seen

  constructor(use: Reading, values: Values<typeof options>, isAll: boolean) {
    this.#use = use
    this.#seen = new Seen(isAll)
    this.#values = values
  }

  async add(asked: string): Promise<void> {
    const { root, signal } = this.#use
    const path = trimmed(asked)
    const attributes = await attributesOf({ root, path })
    if (!this.#seen.isNew(attributes)) return
    if (attributes.type !== "Directory") return this.#print(path, attributes.blocks)
    await using below = await Below.open(root, path)
    const levels: Array<Level> = []
    /** Called when the walk enters a directory. */
    const enter = (depth: number, blocks: bigint, isNew: boolean) => {
      while (levels.length < depth) levels.push({ blocks: 0n, isNew: true })
      levels.push({ blocks: isNew ? blocks : 0n, isNew })
    }
    const add = (blocks: bigint) => {
      const level = levels.at(-1)
      if (level !== undefined) level.blocks += blocks
    }
    /** Adds up and prints the directories that the walk has left. */
    const leave = async (depth: number) => {
      for (let level = levels[depth]; level !== undefined; level = levels[depth]) {
        const { blocks, isNew } = levels.pop() ?? level
        const left = levels.length
        add(blocks)
        if (left === 0) await this.#print(path, blocks)
        else if (isNew && !this.#values.s) await this.#print(joined(path, below.path(left)), blocks)
      }
    }
    enter(0, attributes.blocks, true)
    const isOne = this.#values["one-file-system"]
    const walked = below.top.directory.walkTree(TOP, {
      enter: isOne ? isOnDeviceOf(below.top) : undefined,
      signal,
      maxRemembered: MOST_NAMES
    })
    await attempt(this.#use, path, "listed", async () => {
      for await (const { depth, name, path: at, type, unreadable } of walked) {
        await leave(depth)
        below.move(depth, name)
        const whole = () => joined(path, at)
        const found = await attemptBelow(signal, whole, "looked at", async () => attributesOf(await below.place()))
        // Only one message for a directory that can neither be looked at nor be listed.
        if (found !== undefined && unreadable !== undefined) {
          await complainOf(failedWith(whole(), "listed", unreadable))
        }
        if (isOne && found !== undefined && found.dev !== attributes.dev) continue
        // A directory whose size is not known is not printed.
        const isNew = found !== undefined && this.#seen.isNew(found)
        // The walk enters a directory even if its attributes could not be read or it has just been replaced.
        if (type === "Directory" || found?.type === "Directory") enter(depth, found?.blocks ?? 0n, isNew)
        else if (found !== undefined && isNew) {
          add(found.blocks)
          if (this.#values.a) await this.#print(whole(), found.blocks)
        }
      }
    })
    await leave(0)
  }

  #print(path: string, blocks: bigint): Promise<void> | undefined {
    return this.#use.out.add(`${this.#values.h ? human(blocks * 512n) : kibibytes(blocks)}\t${shown(path)}\n`)
  }
}

export const du = command(
  {
    name: "du",
    summary: "Prints how much space directories take on the disk. A directory comes after the directories in it.",
    operands: { usage: "[PATH]...", least: 0, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "Without a PATH, the whole root is counted. Without -h, the unit is 1,024 bytes. Holes take no space: the blocks " +
      "of a file are counted, not its length. A file with several names, or in several PATHs, is counted once, " +
      "where it is found first. Links are not followed."
    ],
    examples: [
      { words: "du --container web -sh /var/log /tmp", does: "Prints how much space a container uses there." },
      { words: "du --root image -ah /usr/share", does: "Prints how much space every file takes there." }
    ]
  },
  async (values, paths) => {
    if (values.a && values.s) throw new WrongUsage("Only one of -a and -s can be given.")
    await reading(values, async (use) => {
      const sums = new Sums(use, values, paths.length > 1)
      for (const path of paths.length === 0 ? ["/"] : paths) {
        await attempt(use, path, "counted", () => sums.add(path))
      }
    })
  }
)
