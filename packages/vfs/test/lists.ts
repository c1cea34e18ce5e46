/** Short lists to compare, and what two lists have in common. */

const names = ["a", "b", "c"]

/** All lists of at most `most` of three names, as texts. */
export const lists = (most: number): ReadonlyArray<string> =>
  most === 0 ? [""] : ["", ...lists(most - 1).flatMap((list) => names.map((name) => list + name))]

/** The number of items in the longest list that both contain in order. */
export const common = (a: Iterable<string>, b: Iterable<string>): number => {
  const others = [...b]
  let row = Array.from({ length: others.length + 1 }, () => 0)
  for (const one of a) {
    const next = [0]
    for (const [k, other] of others.entries()) {
      next.push(one === other ? (row[k] ?? 0) + 1 : Math.max(row[k + 1] ?? 0, next[k] ?? 0))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
