/** Random bytes for names. Importing `node:crypto` would take longer than the rest of the package. */

/** @internal */
export const randomBytes = (length: number): Buffer => Buffer.from(crypto.getRandomValues(new Uint8Array(length)))
