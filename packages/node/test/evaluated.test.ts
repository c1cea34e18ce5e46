/** Programs that Node is given as text. Their global `__filename`, `[eval]` or `[stdin]`, is not a path. */
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const program = `import("@procfsroot/node").then(async ({ openRoot }) => {
  const root = await openRoot(".", { offMainThread: true })
  console.log(root.strategy.native?.name, await root.resolve("/package.json"))
  await root.close()
})`

it.skipIf(without("koffi", onlyOnNode("other runtimes have no such global")))
  .each([["-e", program], ["-"]])("node %s makes native calls, and starts threads", (...args) => {
    const cwd = fileURLToPath(new URL("..", import.meta.url))
    const input = args.length === 1 ? program : ""
    expect(execFileSync(process.execPath, args, { cwd, input, encoding: "utf8" })).toBe("koffi /package.json\n")
  })
