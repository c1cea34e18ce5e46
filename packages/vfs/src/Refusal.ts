/**
 * Entries that cannot be placed in a tree, for code that builds one from a list.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/refusal.js"

/**
 * Refuses an entry. Call it within `whyRefused`.
 *
 * @since 0.1.0
 * @category refusals
 */
export const refuse: (why: string) => never = internal.refuse

/**
 * Places an entry; returns why it was refused, if it was.
 *
 * @since 0.1.0
 * @category refusals
 */
export const whyRefused: (place: () => void) => string | undefined = internal.whyRefused
