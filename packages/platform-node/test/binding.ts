/**
 * The native calls, for tests of the code that uses them. If there are none, that code walks, and only the
 * walk is tested.
 */
import { judge, without } from "@procfsroot/testkit/judges"
import { load as loadOnce } from "../../node/src/internal/native/binding.js"
import type { Openat2 } from "../../node/src/internal/native/openat2.js"

const loaded = judge(() => {
  const binding = loadOnce()
  return binding.openat2 === undefined ? `${binding.reason}: what should ask openat2 walks` : undefined
})

export const load = (): Openat2 | undefined => without(loaded) ? undefined : loadOnce().openat2
