/** Random bytes for names. `node:crypto` would be loaded with the package, which takes longer than all else of it. */

/** @internal */
export const randomBytes = (length: number): Buffer => Buffer.from(crypto.getRandomValues(new Uint8Array(length)))
