// Fails first, even where @effect/platform is installed. Bundlers would warn of an import without a name.
import * as Either from "effect/Either"

void Either

/**
 * Imported through this directory, whose name is in Node's error for users of Effect 4, as in @procfsroot/platform.
 *
 * @internal
 */
export * from "@effect/platform/FileSystem"
