/** A root and files outside it. Notices when an operation reaches the files outside. */
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { bindMount, mountedTemporary, unmount } from "../mounts.js"
import { type Temporary, temporary } from "../temporary.js"
import { memoryDirectory } from "../inMemory.js"

/** The content of every file outside, and of no file inside. */
const SECRET = "a secret of the host"

/** The name of a file that is in every directory outside, and in none inside. */
const ONLY_OUTSIDE = "only-outside"

/** How many names of each kind the operations use. */
export const NAMES = 4

/** A tmpfs if there is one, where renames are fast. */
const parent = memoryDirectory ?? tmpdir()

/** Creates the directories `a/b/c`, and in the last one everything that the operations need. */
const populate = (top: string, content: string): void => {
  const directory = `${top}/a/b/c`
  Fs.mkdirSync(directory, { recursive: true })
  Fs.writeFileSync(`${directory}/f`, content)
  Fs.symlinkSync("f", `${directory}/l`)
  for (let k = 0; k < NAMES; k++) {
    Fs.mkdirSync(`${directory}/tree-${k}/x/y`, { recursive: true })
    Fs.writeFileSync(`${directory}/tree-${k}/x/f`, content)
  }
}

/** A file and everything below it, without following links, as Node's recursive listing would. */
function* everything(place: string): Iterable<readonly [place: string, stat: Fs.BigIntStats]> {
  const stat = Fs.lstatSync(place, { bigint: true })
  yield [place, stat]
  if (!stat.isDirectory()) return
  for (const name of Fs.readdirSync(place)) yield* everything(`${place}/${name}`)
}

/** Everything that a call can change, except the access time. */
const snapshot = (place: string): ReadonlyArray<readonly [place: string, state: string]> =>
  Array.from(
    everything(place),
    (
      [place, { ctimeNs, gid, ino, mode, mtimeNs, nlink, size, uid }]
    ) => [place, [ino, mode, nlink, uid, gid, size, mtimeNs, ctimeNs].join(" ")]
  )

const difference = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): ReadonlyArray<string> => [
  ...[...before].flatMap(([place, state]) =>
    after.get(place) === state ? [] : [`${after.has(place) ? "changed" : "removed"}: ${place}`]
  ),
  ...[...after.keys()].filter((place) => !before.has(place)).map((place) => `made: ${place}`)
]

interface Identified {
  readonly dev: string | number | bigint
  readonly ino: string | number | bigint | undefined
}

const identity = ({ dev, ino }: Identified): string => `${dev}:${ino}`

/** Where paths of `outside` lead inside the root. */
const MIRRORS = ["", "/a", "/a/b"].map((place) => `${place}/outside`)

/**
 * ```
 * base/outside/a/b/c    the secrets
 * base/parking          where directories of the root are moved to
 * base/root/a/b/c       where the operations work
 * base/root/outside/…   where a link or a `..` to the secrets leads inside the root
 * ```
 *
 * With `mounted`, `base/outside` is also mounted at the last ones. A path to them then stays in the root, but crosses a
 * mount.
 */
export class World implements Disposable {
  readonly #box: Temporary
  readonly base: string
  readonly root: string
  readonly outside: string
  readonly parking: string
  readonly escapes: Array<string> = []
  readonly #secrets: ReadonlySet<string>
  readonly #file: string
  readonly #before: ReadonlyMap<string, string>

  /** Creates the directories in `place`. */
  constructor(mounted: boolean, place: string = parent) {
    this.#box = mounted ? mountedTemporary(place) : temporary(place)
    this.base = `${this.#box.path}/base`
    this.root = `${this.base}/root`
    this.outside = `${this.base}/outside`
    this.parking = `${this.base}/parking`
    Fs.mkdirSync(this.parking, { recursive: true })
    populate(this.outside, SECRET)
    for (const place of ["", "/a", "/a/b", "/a/b/c"]) {
      Fs.writeFileSync(`${this.outside}${place}/${ONLY_OUTSIDE}`, SECRET)
    }
    populate(this.root, "inside")
    const mirrors = [...MIRRORS, this.outside].map((place) => this.root + place)
    for (const mirror of mirrors) populate(mirror, "mirror")
    for (const name of ["plain", "scratch"]) Fs.mkdirSync(`${this.root}/${name}`)
    Fs.mkdirSync(`${this.root}/plain/d`)
    Fs.writeFileSync(`${this.root}/plain/f`, "plain")
    Fs.writeFileSync(`${this.root}/plain/d/f`, "plain")
    this.#secrets = new Set(Array.from(everything(this.outside), ([, stat]) => identity(stat)))
    this.#file = identity(Fs.lstatSync(`${this.root}/a/b/c/f`))
    this.#before = this.#outside()
    if (mounted) { for (const mirror of mirrors) bindMount(this.outside, mirror) }
  }

  /** Removes all mounts, so that only the root's own files are left in it. */
  unmount(): void {
    // Read from procfs, since attacks move the directories with the mounts.
    const places = Fs.readFileSync("/proc/self/mountinfo", "latin1").split("\n").map((line) => line.split(" ")[4] ?? "")
    for (const place of places.toReversed()) if (place.startsWith(`${this.base}/`)) unmount(place)
  }

  /** Whether a file is the `f` that was there before the attack began. */
  isOriginal(file: Identified): boolean {
    return identity(file) === this.#file
  }

  /** Reports an escape if an operation returns a file outside. */
  file(what: string, file: Identified): void {
    if (this.#secrets.has(identity(file))) this.escapes.push(`${what}: a file outside the root`)
  }

  /** Reports an escape if an operation returns the content of a file outside. */
  bytes(what: string, bytes: Uint8Array): void {
    if (Buffer.from(bytes).includes(SECRET)) this.escapes.push(`${what}: bytes of a file outside the root`)
  }

  /** Reports an escape if an operation returns the names of files outside. */
  names(what: string, names: ReadonlyArray<string>): void {
    if (names.some((name) => name.includes(ONLY_OUTSIDE))) this.escapes.push(`${what}: names outside the root`)
  }

  /**
   * Reports an escape if an error contains a host path. The path of `outside` is allowed, since the root also has it.
   */
  failed(what: string, error: string): void {
    if (error.includes("/proc/self/fd") || error.replaceAll(this.outside, "").includes(this.base)) {
      this.escapes.push(`${what}: ${error}`)
    }
  }

  /** Reports an escape if a file outside was created, changed or removed. */
  untouched(what: string): void {
    for (const change of difference(this.#before, this.#outside())) this.escapes.push(`${what}: ${change}`)
    const parked = Fs.readdirSync(this.parking).filter((name) => name !== "b" && name !== "c")
    if (parked.length > 0) this.escapes.push(`${what}: made: ${parked.join(" ")} in ${this.parking}`)
  }

  /** Reports an escape if the root contains a secret under any name. Must be called after the attack has ended. */
  clean(what: string): void {
    for (const [place, stat] of everything(this.root)) {
      this.file(`${what}, ${place}`, stat)
      this.names(what, [place])
      if (stat.isFile()) this.bytes(`${what}, ${place}`, Fs.readFileSync(place))
    }
  }

  #outside(): ReadonlyMap<string, string> {
    return new Map([[this.base, Fs.readdirSync(this.base).join(" ")], ...snapshot(this.outside)])
  }

  [Symbol.dispose](): void {
    this.#box[Symbol.dispose]()
  }
}
