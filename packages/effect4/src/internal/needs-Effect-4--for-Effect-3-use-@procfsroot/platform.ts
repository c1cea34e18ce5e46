/**
 * The first import of every public module, whose name is in Node's error for users of Effect 3: modules are linked
 * before any of them runs, so this package has no other place for a sentence.
 *
 * @internal
 */
export { FileSystem } from "effect/FileSystem"
