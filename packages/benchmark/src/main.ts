/** The benchmark as a program. */
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { full, measure, quick } from "./measure.js"
import { plot } from "./plot.js"
import { report } from "./report.js"

const help = `Times procfsroot beside its peers; the contestants must agree first.

  --quick      a few paths, to see that it works: under 20 seconds
  --json       the results as JSON
  --plot FILE  where the plot goes, docs/benchmark.svg unless told; --quick makes none unless told
  --seed N     another seed for trees and paths
  --help
`

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    plot: { type: "string" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false }
  }
})

const readme = fileURLToPath(new URL("../../../docs/benchmark.svg", import.meta.url))

if (values.help) process.stdout.write(help)
else {
  const plan = { ...(values.quick ? quick : full), seed: Number(values.seed) }
  const results = await measure(plan, (text) => process.stderr.write(`${text} …\n`))
  process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : report(results))
  const place = values.plot ?? (values.quick ? undefined : readme)
  if (place !== undefined) writeFileSync(place, plot(results))
}
