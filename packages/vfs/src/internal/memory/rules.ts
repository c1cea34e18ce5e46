/**
 * Matches faults with operations: which operations a fault affects, when it strikes, and whether it could ever strike.
 */
import type { Fault, Report, Where } from "../../MemoryFaults.js"
import { isCode } from "../errno.js"
import { basedOn } from "../method.js"
import { checkFields, checkWhole, refuse } from "./data.js"
import { randomOf } from "./random.js"
import { type Step, steps } from "./steps.js"

const fields: Record<keyof Fault<unknown>, true> = {
  code: true,
  defect: true,
  delay: true,
  every: true,
  from: true,
  hang: true,
  method: true,
  nth: true,
  path: true,
  probability: true,
  seed: true,
  short: true,
  step: true,
  to: true,
  withoutCause: true
}

const normalize = (path: string): string => `/${path.split("/").filter((name) => name !== "").join("/")}`

const listOf = <A>(value: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> | undefined =>
  value === undefined || Array.isArray(value) ? value as ReadonlyArray<A> | undefined : [value as A] // not an array

const checkNames = (what: string, names: ReadonlyArray<string> | undefined, known: ReadonlyArray<string>): void => {
  if (names?.length === 0) refuse(`a fault with no ${what} in its list never strikes`)
  for (const name of names ?? []) if (!known.includes(name)) refuse(`there is no ${what} "${name}" for a fault`)
}

const check = (fault: Fault<unknown>, methods: ReadonlyArray<string>): void => {
  checkFields("a fault", fault, Object.keys(fields))
  const { code, delay, every = 1, from = 1, hang, nth, path, probability, short, to } = fault
  checkNames("method", listOf(fault.method), methods)
  checkNames("step", listOf(fault.step), steps)
  if (typeof path === "string" && path.split("/").some((name) => name === "." || name === "..")) {
    refuse(`a fault at "${path}" never strikes: the path must not contain "." or ".."`)
  }
  if (code !== undefined && !isCode(code)) refuse(`there is no errno "${String(code)}" for a fault`)
  for (const [name, value] of Object.entries({ nth, from, to, every })) {
    if (value !== undefined) checkWhole(name, value, 1)
  }
  if (short !== undefined) checkWhole("short", short, 0)
  const first = Math.ceil(from / every) * every
  if (to !== undefined && to < first) {
    refuse(`a fault from ${from} to ${to}${every === 1 ? "" : ` with every ${every}`} never strikes`)
  }
  if (nth !== undefined && (nth < from || nth > (to ?? nth) || nth % every !== 0)) {
    refuse(`a fault with nth ${nth} never strikes with these other fields`)
  }
  if (probability !== undefined && !(probability > 0 && probability <= 1)) {
    refuse(`probability is ${probability}, but it must be above 0 and at most 1`)
  }
  if (code === undefined && delay === undefined && short === undefined && hang !== true && !("defect" in fault)) {
    refuse("a fault needs a code, a delay, a short, a hang or a defect")
  }
}

const matcherOf = (where: Where): (path: string) => boolean => {
  if (typeof where === "function") return where
  if (typeof where !== "string") return (path) => path.search(where) !== -1 // ignores `lastIndex`
  const wanted = normalize(where)
  return (path) => path === wanted
}

/** @internal */
export class Rule<Delay, Method extends string> {
  readonly fault: Fault<Delay, Method>
  /** The steps at which the fault strikes, or `undefined` if it strikes whole operations. */
  readonly steps: ReadonlyArray<Step> | undefined
  readonly #methods: ReadonlyArray<string> | undefined
  readonly #isAt: ((path: string) => boolean) | undefined
  readonly #random: () => number
  matched = 0
  struck = 0

  constructor(fault: Fault<Delay, Method>, methods: ReadonlyArray<string>) {
    check(fault, methods)
    this.fault = fault
    this.steps = listOf(fault.step) ?? (fault.short === undefined ? undefined : ["read", "write"])
    this.#methods = listOf(fault.method)
    this.#isAt = fault.path === undefined ? undefined : matcherOf(fault.path)
    this.#random = randomOf(fault.seed ?? 0)
  }

  /** Whether the fault strikes before an operation. All others strike at steps. */
  get isOfOperations(): boolean {
    return this.steps === undefined && (this.#methods !== undefined || this.#isAt === undefined)
  }

  isOf(method: string | undefined): boolean {
    if (this.#methods === undefined) return true
    if (method === undefined) return false
    const base = basedOn(method)
    return this.#methods.includes(method) || (base !== undefined && this.#methods.includes(base))
  }

  isAt(places: Iterable<string>): boolean {
    if (this.#isAt === undefined) return true
    for (const place of places) if (this.#isAt(place)) return true
    return false
  }

  /** Counts a match, and returns whether the fault strikes. */
  strikes(): boolean {
    const { every = 1, from = 1, nth, probability = 1, to = Number.POSITIVE_INFINITY } = this.fault
    const count = ++this.matched
    if ((nth !== undefined && nth !== count) || count < from || count > to || count % every !== 0) return false
    return probability === 1 || this.#random() < probability
  }

  get report(): Report<Delay, Method> {
    return { fault: this.fault, matched: this.matched, struck: this.struck }
  }
}

const show = (value: unknown): string =>
  typeof value === "string" || Array.isArray(value) ? JSON.stringify(value) : String(value)

const lineOf = ({ fault, matched }: Report<unknown>): string => {
  const shown = Object.entries(fault).map(([name, value]) => `${name}: ${show(value)}`).join(", ")
  return `  { ${shown} } matched ${matched} ${matched === 1 ? "time" : "times"}`
}

/** @internal */
export const checkAllStruck = (reports: ReadonlyArray<Report<unknown>>): void => {
  const missed = reports.filter(({ struck }) => struck === 0)
  if (missed.length === 0) return
  throw new Error(`${missed.length} of ${reports.length} faults never struck:\n${missed.map(lineOf).join("\n")}`)
}
