/** `procfsroot explain`: shows every link that a path follows. */
import * as Policy from "@procfsroot/path/Policy"
import { WrongUsage } from "../failure.js"
import * as Json from "../json.js"
import { graphs } from "../graph.js"
import { choice, command, flag } from "../options.js"
import { colourful, write } from "../output.js"
import { policyOf, policyOptions } from "../policy.js"
import { reading, readingOptions } from "../reading.js"
import { colours, noColours, tree } from "../tree.js"
import { withoutRoot } from "../withoutRoot.js"

const options = {
  ...readingOptions,
  ...policyOptions,
  host: flag("Also print the path to open from the host."),
  json: flag("Print one JSON object, like --format json."),
  format: choice(
    "F",
    ["tree", "json", "dot", "mermaid", "svg"],
    "The output: tree (the default), json, or a graph as dot (for Graphviz), mermaid or svg (for a browser)."
  )
}

export const explain = command(
  {
    name: "explain",
    summary: "Shows every link that a path follows, and which file the path leads to without a root.",
    operands: { usage: "PATH", least: 1, most: 1 },
    options,
    details: [
      "With --json, the object has path, root, resolved (with --host also host) or error, hops, clamped and withoutRoot. " +
      "hops lists the followed links in order. clamped says whether a .. in the path stayed at the root. withoutRoot " +
      "says which file a program without a root opens.",
      "Each of hops has link, target, restarted (whether the target is absolute), clamped (whether a .. in the target " +
      "stayed at the root) and level (0 for a link in the path, 1 for a link in its target, and so on). withoutRoot " +
      "has asked, the path that such a program opens. If this path leads to a file, withoutRoot also has opened, the path " +
      "of that file, and same, which says whether it is the file in the root. Otherwise it has code, the errno.",
      "If a text such as path, link or target is not UTF-8, its bytes are in a field with _base64 after its name, such " +
      "as path_base64."
    ],
    examples: [
      { words: "explain --root image /etc/mtab", does: "Prints each link on the way as a tree." },
      { words: "explain --pid 4711 --format svg /bin/sh > sh.svg", does: "Writes a picture of the links to a file." }
    ]
  },
  async (values, [path = ""]) => {
    const { format = values.json ? "json" : "tree" } = values
    if (values.json && format !== "json") throw new WrongUsage("Only one of --json and --format can be given.")
    await reading(values, async ({ root, signal }) => {
      const policy = policyOf(values)
      const explanation = await root.explain(path, { ...policy, signal })
      const { clamped, hops, result } = explanation
      const answer = result.path === undefined ? undefined : root.hostPath(result.path)
      const host = values.host ? answer : undefined
      const asked = Policy.textOf(Policy.make(policy), path)
      const without = withoutRoot(root.path, asked, policy.lastComponent === "keep", answer)
      if (result.error !== undefined) process.exitCode = 1
      if (format !== "tree" && format !== "json") return write(graphs[format](explanation))
      if (format === "tree") {
        return write(tree(explanation, root.path, host, without, colourful() ? colours : noColours))
      }
      const told = result.error === undefined ? Json.resolved(result.path, host) : Json.failed(result.error)
      await write(Json.line({ path, root: root.path, hops, clamped, ...told, withoutRoot: without }))
    }, { strategy: "walk" })
  }
)
