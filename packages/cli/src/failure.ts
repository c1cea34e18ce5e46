/** What ends the command before its work is done; every message is one sentence for the person who called it. */
import * as Data from "effect/Data"

/** The command was called in a way it does not understand. */
export class WrongUsage extends Data.TaggedError("WrongUsage")<{ readonly message: string }> {}

/** Nobody reads the answers any more, as behind `| head`: nothing is wrong, there is only nothing left to do. */
export class NobodyReads extends Data.TaggedError("NobodyReads") {}

/** The root, or one of the standard streams, cannot be used. */
export class Unusable extends Data.TaggedError("Unusable")<{ readonly message: string }> {}
