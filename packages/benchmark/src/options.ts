/** Parses the options of the benchmark. */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"

export const help = `Times procfsroot and its peers, after checking that they return the same results.

  --quick        use a few paths, to see that it works; the numbers mean nothing
  --json         write the results as JSON; save them in a file for --compare
  --compare FILE compare with a saved run; the exit status is 1 if something became worse
  --tolerance P  ignore changes up to P percent; 10 by default
  --html FILE    write a report with tables and plots to FILE
  --plot FILE    write a picture to FILE; docs/benchmark.svg by default, none by default with --quick
  --rounds N     measure in N rounds; 9 by default, 1 with --quick
  --seed N       use another seed for trees and paths; 1 by default
  --help

The Go module and the floor in C are included if \`go\` and \`cc\` can build them.
`

export interface Options {
  readonly quick: boolean
  readonly json: boolean
  readonly compare: string | undefined
  /** As a fraction. */
  readonly tolerance: number
  readonly html: string | undefined
  readonly plot: string | undefined
  readonly rounds: number | undefined
  readonly seed: number
}

const picture = fileURLToPath(new URL("../../../docs/benchmark.svg", import.meta.url))

const numberOf = (option: string, text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${option} takes a number from 1 on, not ${JSON.stringify(text)}`)
  return Number(text)
}

export const read = (args: ReadonlyArray<string>): Options | "help" => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      compare: { type: "string" },
      tolerance: { type: "string", default: "10" },
      html: { type: "string" },
      plot: { type: "string" },
      rounds: { type: "string" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false }
    }
  })
  if (values.help) return "help"
  return {
    quick: values.quick,
    json: values.json,
    compare: values.compare,
    tolerance: numberOf("tolerance", values.tolerance) / 100,
    html: values.html,
    plot: values.plot ?? (values.quick ? undefined : picture),
    rounds: values.rounds === undefined ? undefined : numberOf("rounds", values.rounds),
    seed: numberOf("seed", values.seed)
  }
}
