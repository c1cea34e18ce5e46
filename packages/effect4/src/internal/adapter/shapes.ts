/** Types and events that Effect's `FileSystem` uses but does not name. */
import type { Change } from "@procfsroot/vfs/Watch"
import type { WatchEvent } from "effect/FileSystem"

/**
 * Where something temporary is created, and how its name begins and ends.
 *
 * @internal
 */
export interface Temporary {
  readonly directory?: string | undefined
  readonly prefix?: string | undefined
  readonly suffix?: string | undefined
}

/** @internal */
export const event = ({ name: path, type: _tag }: Change): WatchEvent => ({ _tag, path })
