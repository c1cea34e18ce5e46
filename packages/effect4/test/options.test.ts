/** A misspelt option is a defect that names its values, and never counts as the default. */
import { temporary } from "@procfsroot/testkit/temporary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import * as NodeRoot from "../src/node/NodeRoot.js"
import * as NodeRootFileSystem from "../src/node/NodeRootFileSystem.js"

const layers = { NodeRoot: NodeRoot.layer, NodeRootFileSystem: NodeRootFileSystem.layer }

const cases: ReadonlyArray<readonly [layer: keyof typeof layers, options: object, message: string]> = [
  ...(["NodeRoot", "NodeRootFileSystem"] as const).flatMap((layer) =>
    [
      [layer, { native: "ffi" }, `native must be auto, koffi, runtime or none, not "ffi"`],
      [layer, { strategy: "wlak" }, `strategy must be kernel or walk, not "wlak"`],
      [layer, { offMainThread: "yes" }, `offMainThread must be true or false, not "yes"`]
    ] as const
  ),
  ["NodeRootFileSystem", { readOnly: "yes" }, `readOnly must be true or false, not "yes"`],
  ["NodeRootFileSystem", { readOnly: "yes", offMainThread: true }, `readOnly must be true or false, not "yes"`],
  ["NodeRootFileSystem", { symlinks: ["forbid"] }, `symlinks must be follow or forbid, not ["forbid"]`]
]

describe("an option", () => {
  it.each(cases)("of %s must have one of its values, and is not as in %j", async (layer, options, message) => {
    using directory = temporary()
    const opened = Layer.build(layers[layer](directory.path, options))
    const exit = await Effect.runPromiseExit(Effect.scoped(opened))
    if (exit._tag === "Success") expect.unreachable()
    expect(Cause.squash(exit.cause)).toEqual(new RangeError(message))
  })
})
