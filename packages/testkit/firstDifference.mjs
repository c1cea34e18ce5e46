/** Up to three lines of each text, from the first one that differs; `undefined` if the texts are the same. */
export const firstDifference = (was, is) => {
  if (was === is) return undefined
  const [before, now] = [was.split("\n"), is.split("\n")]
  const at = now.findIndex((line, index) => line !== before[index])
  const line = at < 0 ? now.length : at
  const shown = (lines, mark) => lines.slice(line, line + 3).map((text) => `${mark} ${text}`)
  return [`line ${line + 1}:`, ...shown(before, "-"), ...shown(now, "+")].join("\n")
}
