/** Suggests what a misspelled word could mean. */

/** How many letters have to be changed, removed, inserted, or exchanged with the next one. */
export const distance = (a: string, b: string): number => {
  let [older, last]: [Array<number>, Array<number>] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const changed = (last[j - 1] ?? 0) + (isSame ? 0 : 1)
      const isExchanged = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
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

/** Only this many characters are compared, since the user can type any text. */
const LONGEST = 64

/** A word with more differences is another one. In a short word, each letter counts more. */
const mostFor = (length: number): number => Math.min(2, Math.max(1, Math.floor(length / 3)))

/**
 * The word that begins with what was written, or else the most similar one, if it is similar enough. The dashes of
 * options are not compared. A single letter is similar to nothing.
 */
export const nearest = (written: string, words: ReadonlyArray<string>): string | undefined => {
  const text = bare(written.slice(0, LONGEST))
  if (text.length < 2) return undefined
  const longer = words.filter((word) => bare(word).startsWith(text))
  if (longer.length > 0) return longer.toSorted((a, b) => a.length - b.length)[0]
  const [best] = words.map((word) => ({ word, far: distance(text, bare(word)) })).toSorted((a, b) => a.far - b.far)
  return best !== undefined && best.far <= mostFor(text.length) && best.far < bare(best.word).length
    ? best.word
    : undefined
}

const bare = (word: string): string => word.replace(/^--?/, "")
