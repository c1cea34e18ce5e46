/** The results as tables. */
import * as contestants from "./contestants.js"
import * as depth from "./depth.js"
import * as directories from "./directories.js"
import * as files from "./files.js"
import type { Results } from "./measure.js"
import { cpuOf } from "./targets.js"

type Row = ReadonlyArray<string>

const isNumeric = (cell: string): boolean => /^[\d.,]*$/.test(cell)

/** Columns of figures stand to the right. */
const table = (head: Row, rows: ReadonlyArray<Row>): string => {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const right = head.map((_, i) => rows.every((row) => isNumeric(row[i] ?? "")))
  const line = (row: Row) =>
    row.map((cell, i) => right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)).join("  ")
      .trimEnd()
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n")
}

/** Three digits are as much as a shared machine is good for. */
const figure = (value: number): string =>
  Number.isNaN(value) ? "" : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const section = (title: string, note: string, text: string): string => `${title}: ${note}\n\n${text}\n`

const lists = ({ lists, plan }: Results): string => {
  const shapes = lists.map(({ distinct, meanDepth, name, title }) =>
    `  ${name}: ${title}; ${distinct} distinct, ${meanDepth.toFixed(1)} components`
  )
  const head = ["", ...lists.flatMap(({ name }) => [name, "÷ floor"])]
  const rows = Object.values(contestants.names).map((name) => [
    name,
    ...lists.flatMap(({ timings }) => [
      figure(cpuOf(timings, name)),
      figure(cpuOf(timings, name) / cpuOf(timings, contestants.names.floor))
    ])
  ])
  const note = `${plan.size.paths} paths a list; processor time, µs a path, and its ratio to the floor`
  return section("Lists", [note, ...shapes].join("\n"), table(head, rows))
}

const depths = ({ depths }: Results): string => {
  const head = ["", ...depths.map(({ depth }) => String(depth))]
  const rows = depth.contestants.map((name) => [name, ...depths.map(({ timings }) => figure(cpuOf(timings, name)))])
  return section("Depth", "processor time, µs a path, by the number of components", table(head, rows))
}

const batches = ({ batches }: Results): string => {
  const head = ["", "names", "paths", "µs a path", "MB before", "MB peak"]
  const rows = batches.map(({ before, cpu, form, names, peak, size }) => [
    form,
    names,
    String(size),
    figure(cpu),
    figure(before),
    figure(peak)
  ])
  return section("Batches", "each in a process of its own, from its first path on", table(head, rows))
}

const smallFiles = ({ files: timings }: Results): string => {
  const plain = cpuOf(timings, files.names.plain)
  const rows = timings.map(({ cpu, name }) => [name, figure(cpu), figure(cpu / plain)])
  return section("Files", "opening, reading and closing a small file", table(["", "µs", "÷ plain"], rows))
}

const largeDirectories = ({ directories: results }: Results): string => {
  const rows = results.map(({ clock, cpu, entries, peak, way }) => [
    directories.names[way],
    String(entries),
    figure(cpu),
    figure(clock),
    figure(peak)
  ])
  const note = "in memory, each in a process of its own"
  return section("Directories", note, table(["", "entries", "ms processor", "ms", "MB peak"], rows))
}

const editions = ({ editions }: Results): string => {
  const rows = editions.map(({ cpu: { effect3, effect4 }, operation }) => [
    operation,
    figure(effect3),
    figure(effect4),
    figure(effect4 / effect3)
  ])
  const note = "processor time, µs a path, in the cheapest round; each edition in a process of its own"
  return section("Editions", note, table(["", "Effect 3", "Effect 4", "÷ Effect 3"], rows))
}

const command = ({ command }: Results): string => {
  if (command === undefined) return section("Command", "it is not built", "  npm run bundle --prefix packages/cli")
  const { paths, peak, seconds, start } = command
  const rows = [
    ["start, as a multiple of node -e 0", figure(start)],
    [`${paths} paths by --stdin, s`, figure(seconds)],
    [`${paths} paths by --stdin, MB`, figure(peak)]
  ]
  return section("Command", "the bundled file, by itself", table(["", "reached"], rows))
}

const targets = ({ targets }: Results): string => {
  const rows = targets.map(({ list, ok, reached, wanted, what }) => [
    what,
    list,
    figure(wanted),
    figure(reached),
    ok ? "ok" : "missed"
  ])
  return section("Wanted", "at most", table(["", "list", "wanted", "reached", ""], rows))
}

export const report = (results: Results): string => {
  const { machine, plan } = results
  const head = `Node ${machine.node}, Linux ${machine.kernel}, ${machine.processor}; seed ${plan.seed}, medians of ` +
    `${plan.rounds} interleaved rounds. Only the ratios mean anything.\n`
  const sections = [lists, depths, batches, smallFiles, largeDirectories, editions, command, targets].map((make) =>
    make(results)
  )
  return [head, ...sections].join("\n")
}
