/** Matches names with patterns (`glob(7)`), in time proportional to the product of both lengths. */

type Part = "star" | ((character: string) => boolean)

/** As in glibc's locale C.UTF-8 (`gen_unicode_utils.py`), in which no-break spaces are punctuation. */
export const classes: Readonly<Record<string, RegExp>> = {
  alnum: /^[\p{Alphabetic}\p{Nd}]$/u,
  alpha: /^(?!\d)[\p{Alphabetic}\p{Nd}]$/u,
  blank: /^(?![\u00a0\u2007\u202f])[\t\p{Zs}]$/u,
  cntrl: /^[\p{Cc}\p{Zl}\p{Zp}]$/u,
  digit: /^\d$/,
  graph: /^(?:[^\p{Cc}\p{Cn}\p{Cs}\p{Z}]|[\u00a0\u2007\u202f])$/u,
  lower: /^\p{Lowercase}$/u,
  print: /^[^\p{Cc}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]$/u,
  punct: /^(?:(?![\p{Alphabetic}\p{Nd}])[^\p{Cc}\p{Cn}\p{Cs}\p{Z}]|[\u00a0\u2007\u202f])$/u,
  space: /^(?![\u00a0\u2007\u202f\ufeff])\s$/,
  upper: /^[\p{Uppercase}\p{Lt}]$/u,
  xdigit: /^[\da-fA-F]$/
}

const pointOf = (character: string): number => character.codePointAt(0) ?? 0

/**
 * Parses a character in a bracket expression, which can also be written as `\a`, `[.a.]` or `[=a=]`. Only one
 * character can be in them: no locale is used in which several letters are sorted as one, or are equivalent.
 */
const element = (pattern: ReadonlyArray<string>, at: number): [character: string, end: number] => {
  const [first = "", second, third, ...rest] = pattern.slice(at, at + 5)
  if (first === "\\" && second !== undefined) return [second, at + 2]
  const isNamed = first === "[" && (second === "." || second === "=") && rest.join("") === `${second}]`
  return isNamed && third !== undefined ? [third, at + 5] : [first, at + 1]
}

/**
 * Parses a bracket expression after its `[`, and returns where it ends. Returns `undefined` if it does not end: then
 * `[` is an ordinary character.
 */
const bracket = (pattern: ReadonlyArray<string>, start: number): [part: Part, end: number] | undefined => {
  const tests: Array<(character: string) => boolean> = []
  let at = start
  const isNegated = pattern[at] === "!" || pattern[at] === "^"
  if (isNegated) at++
  const first = at
  for (;;) {
    const character = pattern[at]
    if (character === undefined) return undefined
    if (character === "]" && at > first) break
    if (character === "[" && pattern[at + 1] === ":") {
      const end = pattern.indexOf("]", at)
      const named = classes[pattern.slice(at + 2, end - 1).join("")]
      if (end > 0 && pattern[end - 1] === ":" && named !== undefined) {
        tests.push((other) => named.test(other))
        at = end + 1
        continue
      }
    }
    const [low, next] = element(pattern, at)
    let [high, end] = [low, next]
    if (pattern[end] === "-" && pattern[end + 1] !== undefined && pattern[end + 1] !== "]") {
      ;[high, end] = element(pattern, end + 1)
    }
    at = end
    tests.push((other) => pointOf(other) >= pointOf(low) && pointOf(other) <= pointOf(high))
  }
  return [(character) => tests.some((test) => test(character)) !== isNegated, at + 1]
}

const partsOf = (text: string): ReadonlyArray<Part> => {
  const pattern = Array.from(text)
  const parts: Array<Part> = []
  const itself = (wanted: string | undefined) => parts.push((character) => character === wanted)
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at++] ?? ""
    if (character === "*") parts.push("star")
    else if (character === "?") parts.push(() => true)
    // Without a character after it, a backslash matches nothing, as in POSIX.
    else if (character === "\\") itself(pattern[at++])
    else {
      const found = character === "[" ? bracket(pattern, at) : undefined
      if (found === undefined) itself(character)
      else {
        parts.push(found[0])
        at = found[1]
      }
    }
  }
  return parts
}

/** Whether a whole name matches. Unlike in a shell, a dot at the beginning is an ordinary character. */
export const glob = (pattern: string): (name: string) => boolean => {
  const parts = partsOf(pattern)
  return (text) => {
    const name = Array.from(text)
    let [at, part] = [0, 0]
    // Only the last star has to be tried again, with one more character.
    let [star, from] = [-1, 0]
    while (at < name.length) {
      const wanted = parts[part]
      if (wanted === "star") {
        star = part++
        from = at
      } else if (wanted?.(name[at] ?? "") === true) {
        part++
        at++
      } else if (star === -1) return false
      else {
        part = star + 1
        at = ++from
      }
    }
    return parts.slice(part).every((rest) => rest === "star")
  }
}
