/** Compares two trees: what is only in one of them, and what differs. */
import { compareBytes } from "@procfsroot/path/SurrogateEscape"
import { type Attributes, attributesOf, isDevice } from "../attributes.js"
import { CAPABILITIES, convertCapabilities } from "../copy/capabilities.js"
import { type Place, textOf } from "../copy/place.js"
import { turn } from "../copy/turn.js"
import { codeOf } from "../failure.js"
import { attemptBelow } from "../reading.js"
import type { Conversion } from "../userNamespace.js"

type Signal = AbortSignal | undefined

/** A directory of a tree. It keeps roots open to look at its files, until it is disposed of. */
export interface Directory extends AsyncDisposable {
  /** All names, in the order of their bytes. */
  readonly names: (signal: Signal) => Promise<ReadonlyArray<string>>
  /** Names in the same order, including every name whose file differs from that in `before`. */
  readonly differing: (before: Directory, signal: Signal) => Promise<Iterable<string>>
  /** `undefined` if there is no such file, `mounted` if it is not part of the tree. */
  readonly look: (name: string) => Promise<File | "mounted" | undefined>
}

/** A file of any type. */
export interface File {
  readonly attributes: Attributes
  /** Converts the id in its capabilities. The ids in `attributes` are already converted. */
  readonly ids?: Conversion<number>
  readonly place: Place
  /** Only for a directory. */
  readonly open: () => Promise<Directory>
}

export type Change = "added" | "changed" | "deleted"

/** Receives a change. The comparison waits until it is printed. */
export type Report = (change: Change, path: string) => Promise<void> | undefined

/** The attributes of a file, or `undefined` if there is none. A link is not followed. */
export const lookAt = async (place: Place): Promise<Attributes | undefined> => {
  try {
    return await attributesOf({ root: place.root, path: textOf(place) })
  } catch (error) {
    // The name can come from the other tree, and be too long for the file system of this one.
    if (["ENOENT", "ENAMETOOLONG"].includes(codeOf(error) ?? "")) return undefined
    throw error
  }
}

/** All names of a directory, in the order of their bytes. */
export const namesIn = async (place: Place, signal: Signal): Promise<Array<string>> => {
  const names: Array<string> = []
  const entries = place.root.directory.streamDirectoryEntries(textOf(place), { signal })
  for await (const { name } of entries) names.push(name)
  return names.toSorted(compareBytes)
}

/** Merges two sorted lists of names. A name in both is returned once. */
export function* union(a: ReadonlyArray<string>, b: ReadonlyArray<string>): Iterable<string> {
  let [i, j] = [0, 0]
  for (;;) {
    const [x, y] = [a[i], b[j]]
    if (x === undefined && y === undefined) return
    const order = x === undefined ? 1 : y === undefined ? -1 : compareBytes(x, y)
    if (order <= 0) i++
    if (order >= 0) j++
    yield (order <= 0 ? x : y) ?? ""
  }
}

const SECOND = 1_000_000_000n
const MICROSECOND = 1_000n

/** The time in larger units, rounded down, also before 1970. */
const cut = (ns: bigint, unit: bigint): bigint => ns - ((ns % unit) + unit) % unit

/**
 * Many programs copy times only to the microsecond, so the rest is not compared. The times also count as equal if one of
 * them has only whole seconds, as in many archives. Like `sameFsTime` in Docker's `pkg/archive`.
 */
const isSameTime = (a: bigint, b: bigint): boolean => {
  const [x, y] = [cut(a, MICROSECOND), cut(b, MICROSECOND)]
  return x === y || cut(a, SECOND) === b || a === cut(b, SECOND)
}

const capabilitiesOf = async ({ ids, place }: File): Promise<Uint8Array> => {
  try {
    const value = await place.root.directory.getExtendedAttribute(textOf(place), CAPABILITIES, { noFollow: true })
    if (value === undefined) return new Uint8Array()
    return ids === undefined ? value : convertCapabilities(value, ids) ?? value
  } catch (error) {
    // The file system has no capabilities, or there are no native calls: then capabilities are not compared.
    if (codeOf(error) === "ENOTSUP") return new Uint8Array()
    throw error
  }
}

const targetOf = ({ place }: File): Promise<string> => place.root.promises.readlink(place.path)

/**
 * Uses the rules of Docker (`statDifferent` in `pkg/archive`), and also compares the text of links, because a link can
 * be copied with its time. The content of files is not read, since writing to a file changes its time.
 */
const isChanged = async (now: File, before: File): Promise<boolean> => {
  const [a, b] = [now.attributes, before.attributes]
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true
  if (a.type === "Directory") return false
  if (a.size !== b.size || !isSameTime(a.mtimeNs, b.mtimeNs)) return true
  if (isDevice(a)) return a.rdev !== b.rdev
  if (a.type === "SymbolicLink") return await targetOf(now) !== await targetOf(before)
  return a.type === "File" && Buffer.compare(await capabilitiesOf(now), await capabilitiesOf(before)) !== 0
}

const changeOf = async (now: File | undefined, before: File | undefined): Promise<Change | undefined> => {
  if (now === undefined) return before === undefined ? undefined : "deleted"
  if (before === undefined) return "added"
  return await isChanged(now, before) ? "changed" : undefined
}

const isDirectory = (file: File | undefined): file is File => file?.attributes.type === "Directory"

/** A directory whose names are being compared. */
interface Level {
  readonly name: string
  readonly now: Directory
  readonly before: Directory | undefined
  readonly names: Iterator<string>
  isReported: boolean
}

/** For trees that leave out mounts themselves. */
export const nowhere = (): Promise<boolean> => Promise.resolve(false)

/** Reports changes in the order of a walk: each directory before its content, and names in the order of their bytes. */
export class Comparison {
  readonly #report: Report
  readonly #signal: Signal
  readonly #isMounted: (path: string) => Promise<boolean>
  /** A list instead of recursion, since a tree can be deeper than the call stack. */
  readonly #levels: Array<Level> = []

  /** A change of a file that `isMounted` knows is not reported, and neither is one of anything below it. */
  constructor(
    report: Report,
    signal: Signal,
    isMounted: (path: string) => Promise<boolean>
  ) {
    this.#report = report
    this.#signal = signal
    this.#isMounted = isMounted
  }

  /** Compares two files and, if they are directories, everything below them. `/` itself is not reported. */
  async compare(path: string, now: File | undefined, before: File | undefined): Promise<void> {
    try {
      if (path === "/" && now !== undefined) await this.#enter("", now, before, true)
      else await this.#visit(path, now, before)
      for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) await this.#next(level)
    } finally {
      while (this.#levels.length > 0) await this.#leave()
    }
  }

  async #next(level: Level): Promise<void> {
    await turn()
    const { done, value: name } = level.names.next()
    if (done === true) return this.#leave()
    const depth = this.#levels.length
    const path = () => this.#path(name, depth)
    await attemptBelow(this.#signal, path, "compared", async () => {
      const now = await level.now.look(name)
      const before = await level.before?.look(name)
      if (now !== "mounted" && before !== "mounted") await this.#visit(name, now, before)
    })
  }

  async #visit(name: string, now: File | undefined, before: File | undefined): Promise<void> {
    const change = await changeOf(now, before)
    if (change !== undefined) {
      const path = this.#path(name)
      if (await this.#isMounted(path)) return
      await this.#reportParents()
      await this.#report(change, path)
    }
    if (isDirectory(now)) await this.#enter(name, now, before, change !== undefined)
  }

  /** A change in a directory also counts as a change of the directory. */
  async #reportParents(): Promise<void> {
    for (const [depth, level] of this.#levels.entries()) {
      if (level.isReported) continue
      level.isReported = true
      await this.#report("changed", this.#path(level.name, depth))
    }
  }

  #path(name: string, depth = this.#levels.length): string {
    return [...this.#levels.slice(0, depth).map((level) => level.name), name].join("/")
  }

  async #enter(name: string, file: File, fileBefore: File | undefined, isReported: boolean): Promise<void> {
    const now = await file.open()
    let before: Directory | undefined
    try {
      before = isDirectory(fileBefore) ? await fileBefore.open() : undefined
      const names = await (before === undefined ? now.names(this.#signal) : now.differing(before, this.#signal))
      this.#levels.push({ name, now, before, names: names[Symbol.iterator](), isReported })
    } catch (error) {
      await before?.[Symbol.asyncDispose]()
      await now[Symbol.asyncDispose]()
      throw error
    }
  }

  async #leave(): Promise<void> {
    const level = this.#levels.pop()
    await level?.before?.[Symbol.asyncDispose]()
    await level?.now[Symbol.asyncDispose]()
  }
}
