/** The command line program of the benchmark. */
import { readFileSync, writeFileSync } from "node:fs"
import { compare, isRegression, parse } from "./compare.js"
import { html } from "./html.js"
import { full, measure, quick } from "./measure.js"
import { help, read } from "./options.js"
import { plot } from "./plot.js"
import { comparisonText, report } from "./report.js"

const options = read(process.argv.slice(2))

/** Prints the next step, after the seconds since the process started. */
const say = (text: string): void => {
  process.stderr.write(`${process.uptime().toFixed(0).padStart(4)} s  ${text} …\n`)
}

if (options === "help") process.stdout.write(help)
else {
  // Read first, so that a missing file is reported before the measurements.
  const saved = options.compare === undefined ? undefined : parse(readFileSync(options.compare, "utf8"))
  const { rounds, seed } = options
  const plan = { ...(options.quick ? quick : full), ...(rounds === undefined ? {} : { rounds }), seed }
  const results = await measure(plan, say)
  const comparison = saved === undefined ? undefined : compare(saved, results, options.tolerance)
  if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`)
  else process.stdout.write(report(results))
  if (options.html !== undefined) writeFileSync(options.html, html(results, comparison))
  if (options.plot !== undefined) writeFileSync(options.plot, plot(results))
  if (comparison !== undefined) {
    const text = comparisonText(comparison)
    if (options.json) process.stderr.write(text)
    else process.stdout.write(`\n${text}`)
    if (isRegression(comparison)) process.exitCode = 1
  }
}
