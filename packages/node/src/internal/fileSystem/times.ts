/**
 * A time in seconds, as Node's functions take it: a negative number would mean now to them, a date before 1970 does not
 * (`toUnixTimestamp` in `lib/internal/fs/utils.js`).
 *
 * @internal
 */
export const nodeTime = (seconds: number): Date | number => seconds < 0 ? new Date(seconds * 1000) : seconds
