/** Stores the journal of a tree: a record of each operation. */
import type { Operation } from "../../MemoryJournal.js"

type Outcome = Operation["outcome"]

/** How many operations are stored together, as a power of two. */
const BITS = 7
const COUNT = 1 << BITS
const MASK = COUNT - 1

const column = <A>(initial: A): Array<A> => Array<A>(COUNT).fill(initial)

type Optional<A> = Array<A | undefined>

const optional = <A>(): Optional<A> => column<A | undefined>(undefined)

/**
 * The fields of a number of operations, with an array for each field. An object for each operation would survive
 * garbage collections, which took a tenth of the time of every operation. So would arrays for fields that no operation
 * sets: these are `undefined`.
 */
class Part {
  readonly methods = column("")
  readonly paths = column("")
  readonly outcomes = column<Outcome>("pending")
  readonly fibers = optional<number>()
  codes: Optional<string> | undefined = undefined
  read: Optional<number> | undefined = undefined
  written: Optional<number> | undefined = undefined
  tos: Optional<string> | undefined = undefined
  roots: Optional<string> | undefined = undefined
}

const increase = (counts: Optional<number>, at: number, by: number): void => {
  counts[at] = (counts[at] ?? 0) + by
}

/** @internal */
export class Records {
  readonly #parts: Array<Part> = []
  #count = 0

  /** Adds an operation that begins. Returns its number. */
  add(
    method: string,
    path: string,
    fiber: number | undefined,
    to: string | undefined,
    root: string | undefined
  ): number {
    const added = this.#count++
    const at = added & MASK
    if (at === 0) this.#parts.push(new Part())
    const part = this.#partOf(added)
    part.methods[at] = method
    part.paths[at] = path
    part.fibers[at] = fiber
    if (to !== undefined) (part.tos ??= optional())[at] = to
    if (root !== undefined) (part.roots ??= optional())[at] = root
    return added
  }

  /** Adds to the numbers of bytes that the operation has read and written. */
  count(operation: number, read: number, written: number): void {
    const part = this.#partOf(operation)
    const at = operation & MASK
    if (read > 0) increase(part.read ??= optional(), at, read)
    if (written > 0) increase(part.written ??= optional(), at, written)
  }

  end(operation: number, outcome: Outcome, code?: string): void {
    const part = this.#partOf(operation)
    const at = operation & MASK
    part.outcomes[at] = outcome
    if (code !== undefined) (part.codes ??= optional())[at] = code
  }

  /** Ends the operation unless it has ended. */
  endPending(operation: number, outcome: Outcome): void {
    if (this.#partOf(operation).outcomes[operation & MASK] === "pending") this.end(operation, outcome)
  }

  all(): ReadonlyArray<Operation> {
    return Array.from({ length: this.#count }, (_, operation) => this.#operation(operation))
  }

  #operation(operation: number): Operation {
    const at = operation & MASK
    const { codes, fibers, methods, outcomes, paths, read, roots, tos, written } = this.#partOf(operation)
    const [code, fiber, to, root] = [codes?.[at], fibers[at], tos?.[at], roots?.[at]]
    const [bytesRead, bytesWritten] = [read?.[at], written?.[at]]
    return {
      method: methods[at] ?? "",
      path: paths[at] ?? "",
      outcome: outcomes[at] ?? "pending",
      ...(fiber !== undefined && { fiber }),
      ...(to !== undefined && { to }),
      ...(root !== undefined && { root }),
      ...(code !== undefined && { code }),
      ...(bytesRead !== undefined && { read: bytesRead }),
      ...(bytesWritten !== undefined && { written: bytesWritten })
    }
  }

  #partOf(operation: number): Part {
    return this.#parts[operation >> BITS] as Part // only numbers that `add` has returned are asked for
  }
}
