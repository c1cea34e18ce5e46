/**
 * What a closed file has for a descriptor, none at all: its number may be another file's by then.
 *
 * @internal
 */
export const CLOSED = -1
