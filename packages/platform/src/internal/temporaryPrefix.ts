import type { MakeTempDirectoryOptions } from "@effect/platform/FileSystem"
import { withoutSlashes } from "@procfsroot/vfs/Path"

/**
 * The directory of something temporary, `/tmp` of the root by default, and the beginning of its name.
 *
 * @internal
 */
export const temporaryPrefix = ({ directory = "/tmp", prefix = "" }: MakeTempDirectoryOptions = {}): string =>
  `${withoutSlashes(directory)}/${prefix}`
