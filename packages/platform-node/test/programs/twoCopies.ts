/** Opens a root, and prints the message if that fails: `node twoCopies.mjs [offMainThread]`. */
import { NodeRoot } from "@procfsroot/platform-node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"

const opening = NodeRoot.make("/", { offMainThread: process.argv[2] === "offMainThread" })

await Effect.runPromise(
  Effect.scoped(opening).pipe(
    Effect.as("opened"),
    Effect.catchAllCause((cause) => Effect.succeed(Cause.pretty(cause))),
    Effect.map((line) => console.log(line))
  )
)
