/** The error of a tree that no file system can contain. */
import * as Data from "effect/Data"
import { invalidTree } from "@procfsroot/vfs/ResolveFailure"

/**
 * A tree that no file system can contain. `path` is the invalid entry, as it was passed.
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
