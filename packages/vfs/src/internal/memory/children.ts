/** The content of a directory at one moment, in a value that never changes. */
import type { AnyImage } from "./image.js"

type Changes = ReadonlyMap<string, AnyImage | undefined>

/**
 * How many changes of a directory of this size are stored as differences from an earlier state. These are few, so that
 * they are copied quickly, but enough that a large directory is rarely copied.
 *
 * @internal
 */
export const mostChanges = (size: number): number => Math.max(64, size >> 6)

const none: Changes = new Map()

/** @internal */
export class Children implements Iterable<readonly [string, AnyImage]> {
  readonly #base: ReadonlyMap<string, AnyImage>
  readonly #changes: Changes
  readonly size: number
  /** How many children are directories. `linked` is how many have several names, or contain files that have. */
  readonly directories: number
  readonly linked: number

  private constructor(
    base: ReadonlyMap<string, AnyImage>,
    changes: Changes,
    { directories, linked, size }: Pick<Children, "directories" | "linked" | "size">
  ) {
    this.#base = base
    this.#changes = changes
    this.size = size
    this.directories = directories
    this.linked = linked
  }

  static of(images: ReadonlyMap<string, AnyImage>): Children {
    let directories = 0
    let linked = 0
    for (const image of images.values()) {
      if (image._tag === "Directory") directories++
      if (image.linked) linked++
    }
    return new Children(images, none, { directories, linked, size: images.size })
  }

  get(name: string): AnyImage | undefined {
    return this.#changes.has(name) ? this.#changes.get(name) : this.#base.get(name)
  }

  *[Symbol.iterator](): Iterator<readonly [string, AnyImage]> {
    for (const [name, image] of this.#base) {
      const now = this.#changes.has(name) ? this.#changes.get(name) : image
      if (now !== undefined) yield [name, now]
    }
    for (const [name, image] of this.#changes) {
      if (image !== undefined && !this.#base.has(name)) yield [name, image]
    }
  }

  toMap(): Map<string, AnyImage> {
    return new Map(this.#changes.size === 0 ? this.#base : this)
  }

  /** Returns the children after the changes. A name with `undefined` is removed. */
  with(changes: Changes): Children {
    let { directories, linked, size } = this
    const count = (image: AnyImage | undefined, by: number) => {
      if (image === undefined) return
      size += by
      if (image._tag === "Directory") directories += by
      if (image.linked) linked += by
    }
    const all = new Map(this.#changes)
    for (const [name, image] of changes) {
      count(this.get(name), -1)
      count(image, 1)
      all.set(name, image)
    }
    const next = new Children(this.#base, all, { directories, linked, size })
    return all.size > mostChanges(this.#base.size) ? Children.of(next.toMap()) : next
  }

  /** Yields the names whose children can differ. */
  *namesBeside(other: Children): Iterable<string> {
    const isSame = this.#base === other.#base
    const [own, others] = isSame ? [this.#changes, other.#changes] : [this, other]
    const names = (entries: Iterable<readonly [string, unknown]>) => Array.from(entries, ([name]) => name)
    yield* new Set([...names(own), ...names(others)])
  }
}

/** @internal */
export const noChildren: Children = Children.of(new Map())
