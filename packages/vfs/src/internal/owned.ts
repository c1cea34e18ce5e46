/** The handles that one operation holds. All of them are released when it ends, whatever happens. */

/** @internal */
export class Owned<H> {
  readonly #handles = new Set<H>()
  readonly #release: ((handle: H) => void) | undefined

  constructor(release: ((handle: H) => void) | undefined) {
    this.#release = release
  }

  readonly own = (handle: H): H => {
    if (this.#release !== undefined) this.#handles.add(handle)
    return handle
  }

  release(handle: H): void {
    if (this.#handles.delete(handle)) this.#release?.(handle)
  }

  close(): void {
    for (const handle of this.#handles) this.release(handle)
  }
}
