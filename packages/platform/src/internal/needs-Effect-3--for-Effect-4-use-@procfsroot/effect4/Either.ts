/**
 * Modules that exist only in Effect 3 are imported through this directory. With Effect 4, Node's error contains the
 * name of the directory, which says what to use. This package cannot throw an error itself: modules are linked before
 * any of them runs.
 *
 * @internal
 */
export * from "effect/Either"
