/** Suggests what a misspelled word could mean. */

/** How many letters have to be changed, removed, inserted, or exchanged with the next one. */
export const distance = (a: string, b: string): number => {
  let [older, last]: [Array<number>, Array<number>] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const changed = (last[j - 1] ?? 0) + (isSame ? 0 : 1)
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        changed,
        isExchanged ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      ))
    }
    older = last
    last = row
  }
  return last[b.length] ?? 0
}

/** With more differences, it is another word. */
const MOST = 2

/** Only this many characters are compared, since the user can type any text. */
const LONGEST = 64

/** The most similar of `words`, if it is similar enough. */
export const nearest = (written: string, words: ReadonlyArray<string>): string | undefined => {
  const text = written.slice(0, LONGEST)
  const [best] = words.map((word) => ({ word, far: distance(text, word) })).toSorted((a, b) => a.far - b.far)
  return best !== undefined && best.far <= MOST && best.far < best.word.length - 1 ? best.word : undefined
}
