import { invalidTree } from "@procfsroot/vfs/ResolveFailure"
import * as Data from "effect/Data"

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
    return invalidTree(this.path, this.why)
  }
}
