/**
 * Compares two texts line by line, and prints the differences as `diff -u` does. It does not use a library, because
 * this package is also in programs that are not tests, and such libraries are larger than the rest of the tree in
 * memory.
 */

/** How many unchanged lines a hunk has before and after its changes. */
const CONTEXT = 3

/**
 * With more insertions and deletions than this, all lines between the first and the last difference are shown as
 * replaced.
 */
const MOST_EDITS = 1_000

interface Line {
  readonly sign: " " | "-" | "+"
  readonly text: string
}

/** Returns the lines of a text, each with its newline, which the last one can lack. */
const linesOf = (text: string): ReadonlyArray<string> => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/**
 * Returns the furthest `x` on each diagonal, for every number of edits (Myers, "An O(ND) Difference Algorithm", 1986).
 */
const trace = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Int32Array> | undefined => {
  const [n, m] = [before.length, after.length]
  const rows: Array<Int32Array> = []
  let last = new Int32Array(1)
  for (let edits = 0; edits <= Math.min(n + m, MOST_EDITS); edits++) {
    // Diagonal k is at index k + edits; in the row before it, at k + edits - 1.
    const row = new Int32Array(2 * edits + 1)
    rows.push(row)
    for (let k = -edits; k <= edits; k += 2) {
      let x = edits === 0 ? 0 : isInsertion(last, k, edits) ? at(last, k + edits) : at(last, k + edits - 2) + 1
      while (x < n && x - k < m && before[x] === after[x - k]) x++
      row[k + edits] = x
      if (x >= n && x - k >= m) return rows
    }
    last = row
  }
  return undefined
}

const at = (row: Int32Array, index: number): number => row[index] ?? -1

/** Whether the best path to diagonal `k` comes from `k + 1`, by inserting a line of `after`. */
const isInsertion = (last: Int32Array, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && at(last, k + edits - 2) < at(last, k + edits))

const replaced = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => [
  ...before.map((text) => ({ sign: "-", text }) as const),
  ...after.map((text) => ({ sign: "+", text }) as const)
]

/** Returns the lines with the edits that `trace` found. It follows the edits from the last one to the first. */
const edited = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => {
  const rows = trace(before, after)
  if (rows === undefined) return replaced(before, after)
  const lines: Array<Line> = []
  let [x, y] = [before.length, after.length]
  const keep = (until: number) => {
    for (; x > until; y--) lines.push({ sign: " ", text: before[--x] ?? "" })
  }
  for (let edits = rows.length - 1; edits > 0; edits--) {
    const last = rows[edits - 1] ?? new Int32Array(0)
    const k = x - y
    const inserts = isInsertion(last, k, edits)
    const from = at(last, inserts ? k + edits : k + edits - 2)
    keep(inserts ? from : from + 1)
    if (inserts) lines.push({ sign: "+", text: after[--y] ?? "" })
    else lines.push({ sign: "-", text: before[--x] ?? "" })
  }
  keep(0)
  return lines.toReversed()
}

const compared = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const same = (texts: ReadonlyArray<string>) => texts.map((text) => ({ sign: " ", text }) as const)
  return [
    ...same(before.slice(0, start)),
    ...edited(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end))
  ]
}

/** Formats a range as `start,count`. A hunk without lines begins after the line `start`. */
const range = (start: number, count: number): string =>
  count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`

const written = ({ sign, text }: Line): string =>
  text.endsWith("\n") ? sign + text.slice(0, -1) : `${sign}${text}\n\\ No newline at end of file`

/**
 * Returns the lines of a unified diff, without the two lines that name the files.
 *
 * @internal
 */
export const unified = (before: string, after: string): ReadonlyArray<string> => {
  const lines = compared(linesOf(before), linesOf(after))
  const output: Array<string> = []
  let [old, next, done] = [0, 0, 0]
  const pass = (until: number) => {
    for (; done < until; done++) {
      if (lines[done]?.sign !== "+") old++
      if (lines[done]?.sign !== "-") next++
    }
  }
  for (let first = 0; first < lines.length; first++) {
    if (lines[first]?.sign === " ") continue
    let last = first
    for (let i = first; i < lines.length && i <= last + 2 * CONTEXT + 1; i++) if (lines[i]?.sign !== " ") last = i
    const hunk = lines.slice(Math.max(first - CONTEXT, 0), last + CONTEXT + 1)
    pass(Math.max(first - CONTEXT, 0))
    const removed = hunk.filter(({ sign }) => sign !== "+").length
    const added = hunk.filter(({ sign }) => sign !== "-").length
    output.push(
      `@@ -${range(old, removed)} +${range(next, added)} @@`,
      ...hunk.flatMap((line) => written(line).split("\n"))
    )
    first = last + CONTEXT
  }
  return output
}
