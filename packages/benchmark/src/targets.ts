/** The targets for a run, mostly ratios. */
import * as command from "./command.js"
import { names } from "./contestants.js"
import * as depth from "./depth.js"
import * as directories from "./directories.js"
import * as editions from "./editions.js"
import * as files from "./fileOperations.js"
import { medianOf, ratiosOf, roundsOf, type Table } from "./tables.js"
import { listNames } from "./workloads.js"

export const listsTitle = "Lists"

interface Place {
  readonly table: string
  readonly row: string
  readonly column: string
}

interface Target {
  readonly what: string
  readonly of: Place
  /** The divisor, if it is a ratio. */
  readonly to?: Place
  readonly wanted: number
}

/** Targets for the ratio of two rows of a table, in some columns. */
const ratio = (
  table: string,
  row: string,
  base: string,
  wanted: Readonly<Record<string, number>>
): ReadonlyArray<Target> =>
  Object.entries(wanted).map(([column, wanted]) => ({
    what: `${table}, ${column}: ${row} ÷ ${base}`,
    of: { table, row, column },
    to: { table, row: base, column },
    wanted
  }))

const inLists = (row: string, base: string, ...wanted: ReadonlyArray<number>): ReadonlyArray<Target> =>
  ratio(listsTitle, row, base, Object.fromEntries(wanted.map((value, i) => [listNames[i] ?? "", value])))

const linear = (row: string): Target => {
  const [deep, shallow] = ["256", "64"]
  const at = (column: string): Place => ({ table: depth.titles.depth, row, column })
  return { what: `${row}: depth ${deep} ÷ depth ${shallow}`, of: at(deep), to: at(shallow), wanted: 4.2 }
}

/** Operations on a directory or a small file. */
const QUICK = [
  "open and read 200 B",
  "write 200 B",
  "stat",
  "readDirectory 1,000",
  "makeDirectory",
  "remove",
  "rename"
] as const satisfies ReadonlyArray<files.OperationName>

const DATA = ["copyFile 1 MB", "readFile 64 MB"] as const satisfies ReadonlyArray<files.OperationName>

const CACHED = ["readFile 200 B", "readFile 64 KiB"] as const satisfies ReadonlyArray<files.OperationName>

const forEach = (columns: ReadonlyArray<string>, wanted: number) =>
  Object.fromEntries(columns.map((column) => [column, wanted]))

const fileTargets = [2, 8].map(files.titleAt).flatMap((table) => [
  ...ratio(table, files.names.kernel, files.names.plain, {
    ...forEach(QUICK, 0.8),
    ...forEach(DATA, 1.05),
    ...forEach([...CACHED, ...files.missing], 0.15)
  }),
  ...ratio(table, files.names.walk, files.names.plain, { ...forEach(QUICK, 1.3), ...forEach(DATA, 1.05) })
])

const measuredAlone = (table: string, row: string, column: string, wanted: number): Target => ({
  what: `${table}: ${row}, ${column}`,
  of: { table, row, column },
  wanted
})

const directoryTargets = [
  ...ratio(directories.titles.list, directories.names.list, directories.names.plainList, {
    [directories.columns.cpu]: 1.1
  }),
  ...ratio(directories.titles.walk, directories.names.walk, directories.names.plainWalk, {
    [directories.columns.clock]: 1.3
  }),
  measuredAlone(directories.titles.walk, directories.names.walk, directories.columns.peak, 200)
]

const targets: ReadonlyArray<Target> = [
  ...inLists(names.kernel, names.floor, 0.5, 1, 1.25, 2.8, 1),
  ...inLists(names.walk, names.realpathSync, 0.72, 0.6, 0.58, 0.4),
  ...inLists(names.batch, names.floor, 0.25, 0.38, 0.4, 1.4, 0.4),
  ...inLists(names.kernelOffTogether, names.floor, 1.2, 1.5, 1.6, 4.5, 1.5),
  ...inLists(names.allOffTogether, names.floor, 2.7, 2.5, 2.2, 6, 2.5),
  linear(names.kernel),
  linear(names.walk),
  ...fileTargets,
  ...ratio(files.titles.over, files.names.over, files.names.plain, { "readFile 200 B": 3 }),
  ...ratio(files.titles.memory, files.names.memory, files.names.plain, forEach(files.missing, 0.1)),
  ...directoryTargets,
  ...ratio(editions.title, editions.names.effect4, editions.names.effect3, forEach(editions.operations, 1.1)),
  measuredAlone(command.title, command.rowNames.start, command.column, 2),
  measuredAlone(command.title, command.rowNames.existing, command.column, 1.5),
  measuredAlone(command.title, command.rowNames.missing, command.column, 1.5),
  measuredAlone(command.title, command.rowNames.peak, command.column, 120)
]

export interface Reached {
  readonly what: string
  readonly wanted: number
  readonly reached: number
  readonly ok: boolean
}

/** Compares the targets with these tables. Targets that were not measured are left out. */
export const reached = (tables: ReadonlyArray<Table>): ReadonlyArray<Reached> => {
  const at = ({ column, row, table }: Place): ReadonlyArray<number> =>
    tables.filter(({ title }) => title === table).flatMap((found) => roundsOf(found, row, column))
  return targets.flatMap(({ of, to, wanted, what }) => {
    const value = medianOf(to === undefined ? at(of) : ratiosOf(at(of), at(to)))
    return Number.isNaN(value) ? [] : [{ what, wanted, reached: value, ok: value <= wanted }]
  })
}
