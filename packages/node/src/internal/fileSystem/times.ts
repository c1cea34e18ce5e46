/**
 * Converts a time in seconds to the form for Node's functions. They take a negative number for the current time, but not
 * a date before 1970 (`toUnixTimestamp` in `lib/internal/fs/utils.js`).
 *
 * @internal
 */
export const nodeTime = (seconds: number): Date | number => seconds < 0 ? new Date(seconds * 1000) : seconds
