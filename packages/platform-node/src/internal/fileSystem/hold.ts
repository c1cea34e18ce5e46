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

  open(path: string | Buffer, flags: number, mode?: number): number {
    return this.adopt(openSync(path, flags, mode), closeSync)
  }

  adopt(fd: number, close: Close): number {
    this.#descriptors.set(fd, close)
    return fd
  }

  /** Another hold, which has all that this one had. */
  keep(): Hold {
    const kept = new Hold()
    for (const [fd, close] of this.#descriptors) kept.adopt(fd, close)
    this.#descriptors.clear()
    return kept
  }

  /** For one that is needed no more. */
  close(fd: number): void {
    const close = this.#descriptors.get(fd)
    this.#descriptors.delete(fd)
    close?.(fd)
  }

  [Symbol.dispose](): void {
    for (const fd of this.#descriptors.keys()) this.close(fd)
  }
}
