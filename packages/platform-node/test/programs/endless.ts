/**
 * Reads `/dev/zero` until that fails: `node endless.mjs`. Prints the code of the error, and how many descriptors were
 * open before and after.
 */
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import * as Effect from "effect/Effect"
import { load } from "../binding.js"
import { codeOf, within } from "../fileSystems.js"

/** How the file is found makes no difference. */
const strategy = { name: "by openat2", openat2: load() }

const before = await atRest()
const error = await Effect.runPromise(within("/", strategy, (fs) => Effect.flip(fs.readFile("/dev/zero"))))
process.stdout.write(JSON.stringify({ code: codeOf(error), before, after: await settled(before) }))
