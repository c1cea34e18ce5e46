/**
 * The descriptor of a closed file, which is none: its number may already belong to another file.
 *
 * @internal
 */
export const CLOSED = -1
