// With Effect 4, this import fails first, even if @effect/platform is installed. Bundlers warn about unnamed imports.
import * as Either from "effect/Either"

void Either

/** @internal */
export * from "@effect/platform/FileSystem"
