/** Finds the container that a name or the beginning of an id refers to. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { Unusable } from "../failure.js"
import { distance } from "../nearest.js"
import type { Container } from "./find.js"

/** The text refers to several containers. None of them is opened. */
export class AmbiguousContainer extends Unusable {
  override readonly name = "AmbiguousContainer"
  readonly candidates: ReadonlyArray<Container>

  constructor(text: string, candidates: ReadonlyArray<Container>) {
    super(
      `The name ${quote(text)} fits ${candidates.length} containers, ${some(candidates.map(described))}: ` +
        "use a longer part of the id, NAMESPACE/POD/CONTAINER, or the PID."
    )
    this.candidates = candidates
  }
}

/** The text refers to no container. */
export class NoSuchContainer extends Unusable {
  override readonly name = "NoSuchContainer"
  /** The most similar names. */
  readonly nearest: ReadonlyArray<string>

  constructor(text: string, known: ReadonlyArray<Container>) {
    const nearest = nearestOf(text, known)
    const unnamed = known.filter(({ unreadable }) => unreadable.includes("name")).length
    const hint = nearest.length === 0 ? "" : `; the nearest ${nearest.length === 1 ? "name is" : "names are"} ` +
      some(nearest.map(quote))
    const refused = unnamed === 0 ? "" : "; not all names can be read: run this as root"
    const list = nearest.length + unnamed === 0 ? "; \"procfsroot ps\" lists containers" : ""
    const pid = /^[1-9]\d*$/.test(text) ? `; for a process, use --pid ${text}, or pid:${text}:/PATH with cp` : ""
    super(`There is no running container ${quote(text)}${hint}${refused}${list}${pid}.`)
    this.nearest = nearest
  }
}

/** Lists at most eight texts, so that they fit on a line. */
const some = (texts: ReadonlyArray<string>): string =>
  [...texts.slice(0, 8), ...texts.length > 8 ? [`${texts.length - 8} more`] : []].join(", ")

/** All names of a container, the longest last. */
const namesOf = ({ name, namespace, pod }: Container): ReadonlyArray<string> => {
  if (name === undefined) return []
  const parts = [name, pod, namespace].filter((part) => part !== undefined)
  return parts.map((_, i) => parts.slice(0, i + 1).toReversed().join("/"))
}

/** The longest name, which begins with the namespace and the pod, if there are any. */
export const fullName = (container: Container): string | undefined => namesOf(container).at(-1)

/** How many digits of an id are shown, like in docker. Nobody gives a container such a name by accident. */
const SHOWN = 12

export const shortId = ({ id }: Container): string | undefined => id?.slice(0, SHOWN)

/** A word that no shell changes, and that is not an option. Container runtimes allow only such names. */
const WORD = /^\w[\w./-]*$/

/** What `select` may take for an id before it looks at names. */
const ID_LIKE = new RegExp(`^[0-9a-f]{${SHOWN},}$`)

/**
 * What to select each container by: its longest name or, if others have it too or it is not a plain word, the beginning
 * of its id. Leaves out what has neither, such as the host.
 */
export const selectors = (list: ReadonlyArray<Container>): ReadonlyArray<string> => {
  const whole = list.filter(({ inside }) => inside === undefined)
  const textsOf = (container: Container) => new Set([...namesOf(container), shortId(container)])
  const counts = new Map<string | undefined, number>()
  for (const text of whole.flatMap((container) => [...textsOf(container)])) {
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return whole.flatMap((container) => {
    const name = fullName(container)
    const texts = [name !== undefined && ID_LIKE.test(name) ? undefined : name, shortId(container)]
    return texts.find((text) => text !== undefined && WORD.test(text) && counts.get(text) === 1) ?? []
  })
}

const described = (container: Container): string => {
  const [name, id] = [fullName(container), shortId(container)]
  return [...name === undefined ? [] : [quote(name)], container.runtime, ...id === undefined ? [] : [id]].join(" ") +
    ` (PID ${container.pid})`
}

/** Longer texts are not compared: nobody types them, and comparing would take too long. */
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

type Rule = (container: Container, text: string) => boolean

const hasName: Rule = (container, text) => namesOf(container).includes(text)

const beginsWith: Rule = ({ id }, text) => text.length >= 4 && id?.startsWith(text) === true

/**
 * A complete id has priority over a name, and a name over the beginning of an id, like in docker. But a container
 * cannot take what is shown as the id of another as its name: then both fit.
 */
const rules: ReadonlyArray<Rule> = [
  ({ id }, text) => id === text,
  (container, text) => hasName(container, text) || (text.length >= SHOWN && beginsWith(container, text)),
  beginsWith
]

/**
 * The container that `text` refers to: its name, `pod/container`, `namespace/pod/container`, or the beginning of its
 * id, at least 4 digits. Throws `AmbiguousContainer` or `NoSuchContainer`. Parts of other containers are never found.
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
