/** Opens a root, and prints the message if that fails: `node twoCopiesEffect4.mjs [offMainThread]`. */
import { NodeRoot } from "@procfsroot/effect4/node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"

const opening = NodeRoot.make("/", { offMainThread: process.argv[2] === "offMainThread" })

await Effect.runPromise(
  Effect.scoped(opening).pipe(
    Effect.as("opened"),
    Effect.catchCause((cause) => Effect.succeed(Cause.pretty(cause))),
    Effect.map((line) => console.log(line))
  )
)
