/** The descriptors that one operation holds; all of them close with it, whatever happens. */
import { closeSync, openSync } from "node:fs"

type Close = (fd: number) => void

/** @internal */
export class Hold implements Disposable {
  /**
   * What closes each: whoever opened it. Node keeps a list of the descriptors that a Worker has opened, and warns of one that
   * it closes but has not opened.
   */
  readonly #descriptors = new Map<number, Close>()

  get size(): number {
    return this.#descriptors.size
  }

  open(path: string | Buffer, flags: number, mode?: number): number {
    return this.adopt(openSync(path, flags, mode), closeSync)
  }

  adopt(fd: number, close: Close): number {
    this.#descriptors.set(fd, close)
    return fd
  }

  /** All that another hold has. */
  takeOver(other: Hold): void {
    for (const [fd, close] of other.#descriptors) this.#descriptors.set(fd, close)
    other.#descriptors.clear()
  }

  /** Another hold, which has all that this one had. */
  keep(): Hold {
    const kept = new Hold()
    kept.takeOver(this)
    return kept
  }

  closeAllBut(kept: ReadonlySet<number>): void {
    for (const [fd, close] of this.#descriptors) {
      if (kept.has(fd)) continue
      this.#descriptors.delete(fd)
      close(fd)
    }
  }

  [Symbol.dispose](): void {
    this.closeAllBut(new Set())
  }
}
