/** Runs one race: a victim uses a file system while an attacker renames files. */
import { attack, type AttackReport } from "../attacker.js"
import { closing } from "../closing.js"
import { concurrently } from "../concurrently.js"
import { type OpenFileSystem, PlainFailure, type PlainFileSystem } from "../edition.js"
import type { AttackKind } from "./attacks.js"
import { generator } from "../generator.js"
import { operations, watch } from "./operations.js"
import { NAMES, World } from "./world.js"
import { count } from "../report/figures.js"

/** How many operations run at the same time. */
const CONCURRENCY = 4

/** After this many operations, the victim looks whether it sees the original file. */
const LOOK_EVERY = 4

/** After this many operations, it watches. This is rare, since a watch gets thousands of events from the renames. */
const WATCH_EVERY = 100

export interface Race {
  readonly kind: AttackKind
  readonly open: (root: string) => Promise<OpenFileSystem>
  /**
   * The race ends after this many operations, or with the first escape. On a busy machine, the attacker may
   * not have run by then, so the race continues until the victim has seen both the original and the other
   * file, or until the time is over.
   */
  readonly operations: number
  /** After this many operations, the files outside are checked for changes. */
  readonly checkEvery: number
  readonly milliseconds: number
  readonly seed: number
  /** Whether the files outside are also mounted inside the root. Then a file system that enters a mount escapes. */
  readonly mounted?: boolean
}

export interface RaceReport {
  readonly operations: number
  readonly succeeded: number
  /** How many failed with each errno. */
  readonly failed: ReadonlyMap<string, number>
  readonly defects: ReadonlyArray<string>
  readonly escapes: ReadonlyArray<string>
  /** How often the victim saw the original file, and how often another file or none. */
  readonly seen: { readonly original: number; readonly other: number }
  readonly attack: AttackReport
}

/** All fields of an error and of its cause. */
const messageOf = ({ cause, original }: PlainFailure): string =>
  JSON.stringify([original, { ...cause as object | undefined }]) // an error, if there is one

class Victim {
  readonly failed = new Map<string, number>()
  readonly defects: Array<string> = []
  readonly seen = { original: 0, other: 0 }
  succeeded = 0
  done = 0
  readonly #fs: PlainFileSystem
  readonly #world: World
  readonly #paths: ReadonlyArray<string>
  readonly #random: (below: number) => number

  constructor(fs: PlainFileSystem, world: World, paths: ReadonlyArray<string>, seed: number) {
    this.#fs = fs
    this.#world = world
    this.#paths = paths
    this.#random = generator(seed).random
  }

  /** Whether the race is conclusive. On a busy machine, the attacker can be much faster than the operations. */
  get isTelling(): boolean {
    return this.seen.original > 0 && this.seen.other > 0 && this.succeeded > this.done / 100
  }

  async one(): Promise<void> {
    const names = Object.keys(operations)
    const name = names[this.#random(names.length)] ?? ""
    const operation = this.done % WATCH_EVERY === WATCH_EVERY - 1 ? watch : operations[name] ?? watch
    const at = this.#paths[this.#random(this.#paths.length)] ?? ""
    const k = this.#random(NAMES)
    if (this.done++ % LOOK_EVERY === 0) await this.#look()
    try {
      await operation({ fs: this.#fs, world: this.#world, at, k })
      this.succeeded++
    } catch (error) {
      this.#count(name, error)
    }
  }

  #count(name: string, error: unknown): void {
    if (!(error instanceof PlainFailure)) {
      this.defects.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
      return
    }
    const errno = error.code ?? "no errno"
    this.failed.set(errno, (this.failed.get(errno) ?? 0) + 1)
    this.#world.failed(name, messageOf(error))
  }

  async #look(): Promise<void> {
    const info = await this.#fs.stat(`${this.#paths[0]}/f`).catch(() => undefined)
    if (info !== undefined && this.#world.isOriginal(info)) this.seen.original++
    else this.seen.other++
  }
}

export const race = async (
  { checkEvery, kind, milliseconds, mounted = false, open, operations, seed }: Race
): Promise<RaceReport> => {
  using world = new World(mounted)
  const { fifos = [], paths, steps } = kind.prepare(world)
  await using attacker = await attack({ steps, fifos, milliseconds, rounds: 1_000_000_000 })
  const victim = await closing(open(world.root), async ({ fs }) => {
    const victim = new Victim(fs, world, paths, seed)
    const deadline = Date.now() + milliseconds
    const isOver = (): boolean => victim.done >= operations && (victim.isTelling || Date.now() > deadline)
    while (!isOver() && world.escapes.length === 0) {
      const left = operations - victim.done
      await concurrently(left > 0 ? Math.min(checkEvery, left) : checkEvery, CONCURRENCY, () => victim.one())
      world.untouched(`after ${victim.done} operations`)
    }
    return victim
  })
  const report = await attacker.stop()
  world.unmount()
  world.untouched("at the end")
  world.clean("at the end")
  const { defects, done, failed, seen, succeeded } = victim
  count("operations under attack", done)
  return { operations: done, succeeded, failed, defects, escapes: world.escapes, seen, attack: report }
}

/** A line that describes a race. */
export const line = ({ attack, failed, operations, seen, succeeded }: RaceReport): string => {
  const errnos = [...failed].toSorted(([, a], [, b]) => b - a).map(([errno, times]) => `${errno} ${times}`).join(", ")
  return `${operations} operations, ${succeeded} succeeded, ${operations - succeeded} failed (${errnos}); ` +
    `${attack.made} renames; looked ${seen.original + seen.other} times, ${seen.other} times not the original file`
}
