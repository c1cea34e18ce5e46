/**
 * Compares the changes that no test noticed with those listed in `survivors.json`, each with a reason. A line is
 * identified by its text, not by its number.
 */

/** A change: the line where it begins, and what that line becomes. A change of several lines is joined to one. */
interface Change {
  readonly file: string
  readonly line: string
  readonly becomes: string
}

/** Changes to one line that make no difference, and why. */
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

interface File {
  readonly source: string
  readonly mutants: ReadonlyArray<Mutant>
}

/** The part of a Stryker report that is used (`mutation-testing-report-schema`). Lines and columns start at 1. */
export interface Report {
  readonly files: Readonly<Record<string, File>>
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
  NoCoverage: "No test runs the code that this changes"
}

const isMissed = ({ status }: Mutant): boolean => status in problem

/** Where the changes are that no test noticed, as Stryker's option `mutate` takes it, whose columns start at 0. */
export const missed = ({ files }: Report): ReadonlyArray<string> => [
  ...new Set(
    Object.entries(files).flatMap(([file, { mutants }]) =>
      mutants.filter(isMissed).map(({ location: { end, start } }) =>
        `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`
      )
    )
  )
]

const identify = ({ location, replacement }: Mutant): string => JSON.stringify([location, replacement])

/** What became of the changes of `first`, where those that it missed were judged again in `second`. */
export const merge = (first: Report, second: Report): Report => {
  const files = Object.entries(first.files).map(([name, file]): [string, File] => {
    const again = new Map(second.files[name]?.mutants.map((mutant) => [identify(mutant), mutant]))
    const mutants = file.mutants.map((mutant) => isMissed(mutant) ? again.get(identify(mutant)) ?? mutant : mutant)
    return [name, { ...file, mutants }]
  })
  return { files: Object.fromEntries(files) }
}

/** The changes that a developer has to look at, one text for each. */
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
  // A listed change that is noticed is not a problem: one that only makes a loop slow can reach the time limit or not.
  const gone = expected.filter((change) => change.file in files && !made.has(keyOf(change)))
  return [...found, ...gone.map((change) => `This change is listed, but no longer exists:\n${show(change)}`)]
}

/** The percentage of changes that the tests noticed. Changes that make no difference count as not noticed. */
export const noticed = ({ files }: Report): number => {
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status))
  const of = (...wanted: ReadonlyArray<string>) => statuses.filter((status) => wanted.includes(status)).length
  const found = of("Killed", "Timeout")
  return 100 * found / Math.max(1, found + of("Survived", "NoCoverage"))
}
