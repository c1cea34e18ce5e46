// This import fails first in Effect 4, even if @effect/platform is installed. It has a name, because bundlers would
// warn of an import without one.
import * as Either from "effect/Either"

void Either

/**
 * Imported through this directory so that Node's error contains its name, which tells users of Effect 4 what to use.
 * The same as in @procfsroot/platform.
 *
 * @internal
 */
export * from "@effect/platform/FileSystem"
