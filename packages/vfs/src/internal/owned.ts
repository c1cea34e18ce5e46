/** The handles that one operation holds. All of them are released when it ends, whatever happens. */

/** @internal */
export class Owned<H> {
  /** Most operations hold one handle or two, for which an array is cheaper than a set. */
  readonly #handles: Array<H> = []
  readonly #release: ((handle: H) => void) | undefined

  constructor(release: ((handle: H) => void) | undefined) {
    this.#release = release
  }

  readonly own = (handle: H): H => {
    if (this.#release !== undefined) this.#handles.push(handle)
    return handle
  }

  release(handle: H): void {
    // Most often it is the last one.
    const at = this.#handles.lastIndexOf(handle)
    if (at === -1) return
    this.#handles.splice(at, 1)
    this.#release?.(handle)
  }

  close(): void {
    for (const handle of this.#handles.splice(0)) this.#release?.(handle)
  }
}
