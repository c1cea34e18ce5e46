// Fails first, even where @effect/platform is installed. Bundlers would warn of an import without a name.
import * as Either from "effect/Either"

void Either

/** @internal */
export * from "@effect/platform/FileSystem"
