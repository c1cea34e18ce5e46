/** Tests can hide koffi from the library, but not from the judges (`npm run test:walk`). */
import { judge } from "@procfsroot/testkit/judges"
import { load } from "../src/internal/native/binding.js"

/** Native calls, which the library itself makes. */
export const nativeCalls = judge(() => load().openat2 === undefined ? "the library makes no native calls" : undefined)
