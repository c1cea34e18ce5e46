/** Failures that end the command early. Each message is one sentence for the user. */

/** The arguments are wrong. */
export class WrongUsage extends Error {}

/** Nobody reads the output any more, as with `| head`. Nothing is wrong, but there is nothing left to do. */
export class NobodyReads extends Error {}

/** The root, or one of the standard streams, cannot be used. */
export class Unusable extends Error {}

/** The errno of what was thrown, or what stands for it. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "UNKNOWN"
