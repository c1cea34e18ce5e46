/** The links and clamps of a walk, as a persistent list, newest first. Paths are built only when they are read. */
import type { ComponentStack } from "../ComponentStack.js"
import type { Hop, Trace } from "../Walk.js"
import { make, push, toPath } from "./componentStack.js"

/** @internal */
export interface HopEvent<out H> {
  readonly _tag: "Hop"
  readonly previous: TraceEvent<H> | undefined
  readonly links: number
  readonly level: number
  readonly directory: ComponentStack<H>
  readonly name: string
  readonly target: string
}

interface ClampEvent<out H> {
  readonly _tag: "Clamp"
  readonly previous: TraceEvent<H> | undefined
  readonly links: number
  /** The link whose `..` was kept at the root, if it was not the path's own. */
  readonly within: HopEvent<H> | undefined
}

/** @internal */
export type TraceEvent<H> = HopEvent<H> | ClampEvent<H>

/** @internal */
export const hopEvent = <H>(
  previous: TraceEvent<H> | undefined,
  directory: ComponentStack<H>,
  name: string,
  target: string,
  within: HopEvent<H> | undefined
): HopEvent<H> => ({
  _tag: "Hop",
  previous,
  links: (previous?.links ?? 0) + 1,
  level: within === undefined ? 0 : within.level + 1,
  directory,
  name,
  target
})

/** @internal */
export const clampEvent = <H>(
  previous: TraceEvent<H> | undefined,
  within: HopEvent<H> | undefined
): TraceEvent<H> =>
  // A path of a million `..` is one event, not a million.
  previous?._tag === "Clamp" && previous.within === within
    ? previous
    : { _tag: "Clamp", previous, links: previous?.links ?? 0, within }

/** What a trace is in this module. All others see only its brand. */
interface Events {
  readonly links: number
  readonly events: TraceEvent<unknown> | undefined
}

/** @internal */
export const traceOf = (events: TraceEvent<unknown> | undefined): Trace => {
  const trace: Events = { links: events?.links ?? 0, events }
  return trace as Events & Trace // the brand is of the types only, and nobody else gives it
}

const oldestFirst = (trace: Trace): ReadonlyArray<TraceEvent<unknown>> => {
  const events: Array<TraceEvent<unknown>> = []
  const { events: newest } = trace as Events & Trace // as `traceOf` made it
  for (let event = newest; event !== undefined; event = event.previous) events.push(event)
  return events.toReversed()
}

/** @internal */
export const hops = (trace: Trace): ReadonlyArray<Hop> => {
  const events = oldestFirst(trace)
  const climbed = new Set(events.map((event) => event._tag === "Clamp" ? event.within : undefined))
  return events.filter((event) => event._tag === "Hop").map((hop) => ({
    link: toPath(hop.directory, [hop.name]),
    target: hop.target,
    restarted: hop.target.startsWith("/"),
    clamped: climbed.has(hop),
    level: hop.level
  }))
}

/** @internal */
export const clamped = (trace: Trace): boolean =>
  oldestFirst(trace).some((event) => event._tag === "Clamp" && event.within === undefined)

/** @internal */
export const fromHops = (hops: ReadonlyArray<Hop>, isClamped: boolean): Trace => {
  let events: TraceEvent<undefined> | undefined = isClamped ? clampEvent(undefined, undefined) : undefined
  const open: Array<HopEvent<undefined>> = []
  for (const { clamped, level, link, target } of hops) {
    const names = link.split("/")
    const directory = names.slice(1, -1).reduce((stack, name) => push(stack, name, undefined), make(undefined))
    const hop = hopEvent(events, directory, names.at(-1) ?? "", target, open[level - 1])
    open[level] = hop
    events = clamped ? clampEvent(hop, hop) : hop
  }
  return traceOf(events)
}
