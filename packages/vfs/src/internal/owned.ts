/** The handles that one operation holds. All of them are released when it ends, whatever happens. */

/** @internal */
export class Owned<H> {
  /** Most operations hold one handle or two, for which an array is cheaper than a set. */
  #handles: Array<H> | undefined = undefined
  readonly #release: ((handle: H) => void) | undefined

  constructor(release: ((handle: H) => void) | undefined) {
    this.#release = release
  }

  own(handle: H): H {
    if (this.#release === undefined) return handle
    if (this.#handles === undefined) this.#handles = [handle]
    else this.#handles.push(handle)
    return handle
  }

  release(handle: H): void {
    if (this.#handles === undefined) return
    // Most often it is the last one. The root is not among them.
    const at = this.#handles.lastIndexOf(handle)
    if (at === -1) return
    this.#handles.splice(at, 1)
    this.#release?.(handle)
  }

  /** The last call: nothing is held any more. */
  close(): void {
    if (this.#handles === undefined) return
    for (const handle of this.#handles) this.#release?.(handle)
  }
}
