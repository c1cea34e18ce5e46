/** Failures that end the command early. Each message is one sentence for the user. */
import * as Data from "effect/Data"

/** The arguments are wrong. */
export class WrongUsage extends Data.TaggedError("WrongUsage")<{ readonly message: string }> {}

/** Nobody reads the output any more, as with `| head`. Nothing is wrong, but there is nothing left to do. */
export class NobodyReads extends Data.TaggedError("NobodyReads") {}

/** The root, or one of the standard streams, cannot be used. */
export class Unusable extends Data.TaggedError("Unusable")<{ readonly message: string }> {}
