/** Finds the container that somebody means. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { distance } from "../nearest.js"
import type { Container } from "./find.js"

/** Several containers are meant. Nothing is opened then. */
export class AmbiguousContainer extends Error {
  override readonly name = "AmbiguousContainer"
  readonly candidates: ReadonlyArray<Container>

  constructor(text: string, candidates: ReadonlyArray<Container>) {
    super(
      `The name ${quote(text)} fits ${candidates.length} containers, ${some(candidates.map(described))}: use more of ` +
        "the id, NAMESPACE/POD/CONTAINER, or the PID."
    )
    this.candidates = candidates
  }
}

/** No container is meant. */
export class NoSuchContainer extends Error {
  override readonly name = "NoSuchContainer"
  /** The names most like it. */
  readonly nearest: ReadonlyArray<string>

  constructor(text: string, known: ReadonlyArray<Container>) {
    const nearest = nearestOf(text, known)
    const unnamed = known.filter(({ unreadable }) => unreadable.includes("name")).length
    const hint = nearest.length === 0 ? "" : `; the nearest ${nearest.length === 1 ? "name is" : "names are"} ` +
      some(nearest.map(quote))
    const refused = unnamed === 0
      ? ""
      : `; the names of ${unnamed} ${unnamed === 1 ? "other" : "others"} may not be read: run this as root`
    const list = nearest.length + unnamed === 0 ? "; \"procfsroot ps\" lists them" : ""
    super(`There is no container ${quote(text)} among the running ones${hint}${refused}${list}.`)
    this.nearest = nearest
  }
}

/** No more than a line can show. */
const some = (texts: ReadonlyArray<string>): string =>
  [...texts.slice(0, 8), ...texts.length > 8 ? [`${texts.length - 8} more`] : []].join(", ")

/** All that a container is called by, the longest last. */
const namesOf = ({ name, namespace, pod }: Container): ReadonlyArray<string> => {
  if (name === undefined) return []
  const parts = [name, pod, namespace].filter((part) => part !== undefined)
  return parts.map((_, i) => parts.slice(0, i + 1).toReversed().join("/"))
}

const described = (container: Container): string => {
  const name = namesOf(container).at(-1)
  const id = container.id?.slice(0, 12)
  return [...name === undefined ? [] : [quote(name)], container.runtime, ...id === undefined ? [] : [id]].join(" ") +
    ` (PID ${container.pid})`
}

/** Nobody types more, and the time that it takes to compare grows with it. */
const LONGEST = 100

const nearestOf = (text: string, list: ReadonlyArray<Container>): ReadonlyArray<string> => {
  if (text.length > LONGEST) return []
  const names = new Set(list.flatMap(namesOf).filter((name) => Math.abs(name.length - text.length) <= 2))
  return Array.from(names, (name) => ({ name, far: distance(text, name) }))
    .filter(({ far, name }) => far <= 2 && far < name.length)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** As docker does: a whole id goes before a name, so that a container cannot take the id of another as its name. */
const rules: ReadonlyArray<(container: Container, text: string) => boolean> = [
  ({ id }, text) => id === text,
  (container, text) => namesOf(container).includes(text),
  ({ id }, text) => /^[0-9a-f]{4,}$/.test(text) && id?.startsWith(text) === true
]

/**
 * The container that `text` means: its name, `pod/container`, `namespace/pod/container`, or the beginning of its id, at
 * least 4 digits. Throws `AmbiguousContainer` or `NoSuchContainer`. What is a part of another container is never meant.
 */
export const select = (list: ReadonlyArray<Container>, text: string): Container => {
  const whole = list.filter(({ inside }) => inside === undefined)
  for (const rule of rules) {
    const found = whole.filter((container) => rule(container, text))
    const [only] = found
    if (found.length > 1) throw new AmbiguousContainer(text, found)
    if (only !== undefined) return only
  }
  throw new NoSuchContainer(text, whole)
}
