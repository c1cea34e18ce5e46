/** The descriptors that one operation holds; all of them close with it, whatever happens. */
import { closeSync, openSync } from "node:fs"

/** @internal */
export class Hold implements Disposable {
  readonly #descriptors = new Set<number>()

  get size(): number {
    return this.#descriptors.size
  }

  open(path: string | Buffer, flags: number, mode?: number): number {
    return this.adopt(openSync(path, flags, mode))
  }

  adopt(fd: number): number {
    this.#descriptors.add(fd)
    return fd
  }

  /** Gives the descriptor to the caller, who closes it. */
  release(fd: number): number {
    this.#descriptors.delete(fd)
    return fd
  }

  /** All that another hold has. */
  takeOver(other: Hold): void {
    for (const fd of other.#descriptors) this.adopt(other.release(fd))
  }

  /** Another hold, which has all that this one had. */
  keep(): Hold {
    const kept = new Hold()
    kept.takeOver(this)
    return kept
  }

  closeAllBut(kept: ReadonlySet<number>): void {
    for (const fd of this.#descriptors) {
      if (kept.has(fd)) continue
      this.#descriptors.delete(fd)
      closeSync(fd)
    }
  }

  [Symbol.dispose](): void {
    this.closeAllBut(new Set())
  }
}
