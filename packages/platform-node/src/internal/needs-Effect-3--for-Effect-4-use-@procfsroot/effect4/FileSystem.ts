import "effect/Either" // fails first, also where @effect/platform is installed

/**
 * Imported through this directory, whose name is in Node's error for users of Effect 4, as in @procfsroot/platform.
 *
 * @internal
 */
export * from "@effect/platform/FileSystem"
