import * as Data from "effect/Data"
import { quote } from "../quote.js"

/**
 * A tree that no file system could hold: `path` is the entry at fault, as it was written.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidTree extends Data.TaggedError("InvalidTree")<{
  readonly path: string
  /** What is wrong with it, as the end of a sentence. */
  readonly why: string
}> {
  override get message(): string {
    return `The tree's entry ${quote(this.path)} cannot be made: ${this.why}.`
  }
}
