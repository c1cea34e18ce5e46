/**
 * Remembers what a dry run would have created in the destination: if several sources meet there, a later one finds what
 * an earlier one has left.
 */
import { splitPath } from "../paths.js"
import { MOST_NAMES } from "../room.js"
import type { Place } from "./place.js"

/** A directory of the destination: the identity of one that exists, or the number of one that would be created. */
export type DryDirectory = string | number

/** Where a file would be copied to. */
interface DryTarget {
  readonly place: Place
  /** Missing if it is not known: the target is then a directory that exists. */
  readonly directory?: DryDirectory | undefined
}

/** Stand for files that are not directories: a device, fifo or socket, and any other. */
const NODE = -2
const FILE = -1

const keyOf = ({ directory, place }: DryTarget): string => `${directory}/${splitPath(place.path).name}`

export class DryRun {
  /** The numbers of directories, and `NODE` or `FILE` for anything else, by the directory and the name in it. */
  readonly #made = new Map<string, number>()
  readonly #several: boolean
  #directories = 0

  constructor(several: boolean) {
    this.#several = several
  }

  /** Whether an earlier source would have created a directory or another file there. */
  find(target: DryTarget): "directory" | "file" | "node" | undefined {
    const made = target.directory === undefined ? undefined : this.#made.get(keyOf(target))
    if (made === undefined) return undefined
    return made === FILE ? "file" : made === NODE ? "node" : "directory"
  }

  file(target: DryTarget, isNode: boolean): void {
    this.#remember(target, isNode ? NODE : FILE)
  }

  /** The directory that would be created at a target, or that an earlier source would have created there. */
  directory(target: DryTarget): DryDirectory {
    const made = this.#made.get(keyOf(target)) ?? this.#directories++
    this.#remember(target, made)
    return made
  }

  #remember(target: DryTarget, made: number): void {
    if (this.#several && this.#made.size < MOST_NAMES) this.#made.set(keyOf(target), made)
  }
}

/** Whether a directory does not exist, since only a dry run would have created it. */
export const isMade = (directory: DryDirectory | undefined): directory is number => typeof directory === "number"
