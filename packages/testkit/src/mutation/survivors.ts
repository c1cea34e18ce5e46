/** Compares the changes that no test noticed with those that are listed, with reasons. Lines may move. */

/** A change, by the line that it begins in. A change of several lines goes on to the end of the last one. */
interface Change {
  readonly file: string
  readonly line: string
  readonly becomes: string
}

/** Changes of one line that make no difference, and why. */
export interface Listed {
  readonly file: string
  readonly line: string
  readonly becomes: ReadonlyArray<string>
  readonly reason: string
}

interface Place {
  readonly line: number
  readonly column: number
}

interface Mutant {
  readonly location: { readonly start: Place; readonly end: Place }
  readonly replacement?: string
  readonly status: string
}

/** What is used of a report of Stryker (`mutation-testing-report-schema`). Lines and columns begin with 1. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: ReadonlyArray<Mutant> }>>
}

const changeOf = (file: string, source: string, { location: { end, start }, replacement = "" }: Mutant): Change => {
  const lines = source.split("\n")
  const line = lines[start.line - 1] ?? ""
  const rest = (lines[end.line - 1] ?? "").slice(end.column - 1)
  return { file, line: line.trim(), becomes: (line.slice(0, start.column - 1) + replacement + rest).trim() }
}

const keyOf = ({ becomes, file, line }: Change): string => JSON.stringify([file, line, becomes])

const show = ({ becomes, file, line }: Change): string => `  ${file}\n    ${line}\n    ${becomes}`

const problem: Readonly<Record<string, string>> = {
  Survived: "No test notices this change",
  NoCoverage: "No test runs what this changes"
}

/** What somebody has to look at, one text for each change. */
export const compare = ({ files }: Report, listed: ReadonlyArray<Listed>): ReadonlyArray<string> => {
  const expected = listed.flatMap(({ becomes, file, line }) => becomes.map((text) => ({ file, line, becomes: text })))
  const known = new Set(expected.map(keyOf))
  const made = new Set<string>()
  const found: Array<string> = []
  for (const [file, { mutants, source }] of Object.entries(files)) {
    for (const mutant of mutants) {
      const change = changeOf(file, source, mutant)
      made.add(keyOf(change))
      const what = problem[mutant.status]
      if (what !== undefined && !known.has(keyOf(change))) found.push(`${what}:\n${show(change)}`)
    }
  }
  // That one is noticed after all is no problem: what only makes a loop slow may or may not take too long.
  const gone = expected.filter((change) => change.file in files && !made.has(keyOf(change)))
  return [...found, ...gone.map((change) => `This is listed, but there is no such change any more:\n${show(change)}`)]
}

/** How many percent of the changes the tests noticed. Those that make no difference count as not noticed. */
export const noticed = ({ files }: Report): number => {
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status))
  const of = (...wanted: ReadonlyArray<string>) => statuses.filter((status) => wanted.includes(status)).length
  const found = of("Killed", "Timeout")
  return 100 * found / Math.max(1, found + of("Survived", "NoCoverage"))
}
