/**
 * Reports entries that do not fit in a tree, for code that builds a tree from a list of entries.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/refusal.js"

/**
 * Refuses an entry for the reason `why`. Call it within `whyRefused`.
 *
 * @since 0.1.0
 * @category refusals
 */
export const refuse: (why: string) => never = internal.refuse

/**
 * Runs `place`, which adds an entry to a tree. Returns the reason if the entry was refused, and otherwise `undefined`.
 *
 * @since 0.1.0
 * @category refusals
 */
export const whyRefused: (place: () => void) => string | undefined = internal.whyRefused
