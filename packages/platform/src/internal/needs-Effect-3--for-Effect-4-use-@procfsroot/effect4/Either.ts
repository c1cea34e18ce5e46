/**
 * Modules that only Effect 3 has are imported through this directory, whose name is in Node's error for users of Effect
 * 4: modules are linked before any of them runs, so this package has no other place for a sentence.
 *
 * @internal
 */
export * from "effect/Either"
