/** A root, what lies outside it, and who notices when one reaches the other. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { bindMount, mountedTemporary, unmount } from "../mounts.js"
import { type Temporary, temporary } from "../temporary.js"

/** In every file outside, and in none inside. */
const SECRET = "a secret of the host"

/** The name of a file that every directory outside has, and none inside. */
const ONLY_OUTSIDE = "only-outside"

/** How many names of a kind the operations go round in. */
export const NAMES = 4

/** Memory, where there is some: renames are what it is about. */
const parent = Fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** The directories `a/b/c`, and in the last all that the operations need. */
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

/** Every file below a place, itself included; no link is followed, as Node's own listing would. */
function* everything(place: string): Iterable<readonly [place: string, stat: Fs.BigIntStats]> {
  const stat = Fs.lstatSync(place, { bigint: true })
  yield [place, stat]
  if (!stat.isDirectory()) return
  for (const name of Fs.readdirSync(place)) yield* everything(`${place}/${name}`)
}

/** All that a call can change, but for the time of reading. */
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

/** Where `f` can be found inside, and what is at the other end of whatever is exchanged. */
const MIRRORS = ["", "/a", "/a/b"].map((place) => `${place}/outside`)

/**
 * ```
 * base/outside/a/b/c    the secrets
 * base/parking          where directories of the root are moved to
 * base/root/a/b/c       what is worked on
 * base/root/outside/…   where a link or a `..` that would reach the secrets leads inside the root
 * ```
 *
 * If it is mounted, `base/outside` is at these places, too: what leads there stays in the root, but not on its mount.
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

  /** `place` is where its directories are made. */
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

  /** Takes all mounts away, so that what is left in the root is its own. */
  unmount(): void {
    // Attacks move the directories that they are in.
    const places = Fs.readFileSync("/proc/self/mountinfo", "latin1").split("\n").map((line) => line.split(" ")[4] ?? "")
    for (const place of places.toReversed()) if (place.startsWith(`${this.base}/`)) unmount(place)
  }

  mkfifo(place: string): void {
    execFileSync("mkfifo", [place])
  }

  /** Whether a file is the `f` that was there before the attack began. */
  isOriginal(file: Identified): boolean {
    return identity(file) === this.#file
  }

  /** No operation inside may return a file outside, */
  file(what: string, file: Identified): void {
    if (this.#secrets.has(identity(file))) this.escapes.push(`${what}: a file outside the root`)
  }

  /** nor what is in one, */
  bytes(what: string, bytes: Uint8Array): void {
    if (Buffer.from(bytes).includes(SECRET)) this.escapes.push(`${what}: bytes of a file outside the root`)
  }

  /** nor the names of any. */
  names(what: string, names: ReadonlyArray<string>): void {
    if (names.some((name) => name.includes(ONLY_OUTSIDE))) this.escapes.push(`${what}: names outside the root`)
  }

  /** nor hear of the host's paths; but the root has a place that is called as the one outside. */
  told(what: string, error: string): void {
    if (error.includes("/proc/self/fd") || error.replaceAll(this.outside, "").includes(this.base)) {
      this.escapes.push(`${what}: ${error}`)
    }
  }

  /** Nothing outside is made, changed or removed. */
  untouched(what: string): void {
    for (const change of difference(this.#before, this.#outside())) this.escapes.push(`${what}: ${change}`)
    const parked = Fs.readdirSync(this.parking).filter((name) => name !== "b" && name !== "c")
    if (parked.length > 0) this.escapes.push(`${what}: made: ${parked.join(" ")} in ${this.parking}`)
  }

  /** To be called when nothing moves any more: no secret has come into the root, under whatever name. */
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
