/** The handles that one operation keeps open. All of them are released when it ends, even if it fails. */

/** @internal */
export class Owned<H> {
  /** Most operations keep one or two handles, for which an array is faster than a set. */
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
    // Usually it is the last one. The root is never in the list.
    const at = this.#handles.lastIndexOf(handle)
    if (at === -1) return
    this.#handles.splice(at, 1)
    this.#release?.(handle)
  }

  /** Releases all handles except this one. */
  keepOnly(handle: H): void {
    const handles = this.#handles
    if (handles === undefined) return
    this.#handles = handles.filter((own) => own === handle)
    for (const own of handles) if (own !== handle) this.#release?.(own)
  }

  /** Releases all handles. This is always the last call. */
  close(): void {
    if (this.#handles === undefined) return
    for (const handle of this.#handles) this.#release?.(handle)
  }
}
