/** What somebody may have meant who wrote something else. */

/** How many letters have to be changed, left out or put in, or exchanged with the next one. */
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

/** More is another word. */
const MOST = 2

/** A word is compared up to this length, since it may be anything. */
const LONGEST = 64

/** The nearest of `words`, if it is near. */
export const nearest = (written: string, words: ReadonlyArray<string>): string | undefined => {
  const text = written.slice(0, LONGEST)
  const [best] = words.map((word) => ({ word, far: distance(text, word) })).toSorted((a, b) => a.far - b.far)
  return best !== undefined && best.far <= MOST && best.far < best.word.length - 1 ? best.word : undefined
}
