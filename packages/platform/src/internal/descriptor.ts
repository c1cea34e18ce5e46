/**
 * The descriptor that a closed file reports. Its old number may already belong to another file.
 *
 * @internal
 */
export const CLOSED = -1
