/**
 * Records the links that a walk followed and where it was clamped at the root, in a persistent list, newest first.
 * Paths are built only when they are read.
 */
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
  /** The link whose target contains the `..`, or `undefined` if the path itself contains it. */
  readonly within: HopEvent<H> | undefined
}

/** A link that a series did not walk again, with the events of the first time it was walked. */
interface JumpEvent<out H> {
  readonly _tag: "Jump"
  readonly previous: TraceEvent<H> | undefined
  readonly links: number
  readonly level: number
  readonly shortcut: Shortcut<H>
}

/** @internal */
export type TraceEvent<H> = HopEvent<H> | ClampEvent<H> | JumpEvent<H>

/**
 * The events from following a link to the end of its target.
 *
 * @internal
 */
export interface Shortcut<out H> {
  readonly first: HopEvent<H>
  readonly last: TraceEvent<H>
  readonly links: number
}

const levelIn = (within: HopEvent<unknown> | undefined): number => within === undefined ? 0 : within.level + 1

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
  level: levelIn(within),
  directory,
  name,
  target
})

/** @internal */
export const clampEvent = <H>(
  previous: TraceEvent<H> | undefined,
  within: HopEvent<H> | undefined
): TraceEvent<H> =>
  // A path with a million `..` adds one event, not a million.
  previous?._tag === "Clamp" && previous.within === within
    ? previous
    : { _tag: "Clamp", previous, links: previous?.links ?? 0, within }

/** @internal */
export const shortcut = <H>(first: HopEvent<H>, last: TraceEvent<H>): Shortcut<H> => ({
  first,
  last,
  links: last.links - first.links + 1
})

/** @internal */
export const jumpEvent = <H>(
  previous: TraceEvent<H> | undefined,
  shortcut: Shortcut<H>,
  within: HopEvent<H> | undefined
): TraceEvent<H> => ({
  _tag: "Jump",
  previous,
  links: (previous?.links ?? 0) + shortcut.links,
  level: levelIn(within),
  shortcut
})

/** The fields of a trace. Other modules only see `links` and its brand. */
interface Events {
  readonly links: number
  readonly events: TraceEvent<unknown> | undefined
}

const branded = (trace: Events): Trace => trace as Events & Trace // only this module adds the brand

const uneventful = branded({ links: 0, events: undefined })

/** @internal */
export const traceOf = (events: TraceEvent<unknown> | undefined): Trace =>
  events === undefined ? uneventful : branded({ links: events.links, events })

/** A followed link or a clamped `..`. Its level is that of the event plus `deeper`. */
interface Happened {
  readonly event: HopEvent<unknown> | ClampEvent<unknown>
  readonly deeper: number
}

/** How far a list of events has been read. With `first`, reading stops at that event. */
interface Reading {
  next: TraceEvent<unknown> | undefined
  readonly first?: TraceEvent<unknown>
  readonly deeper: number
}

/** Not recursive: in a long chain of links, jumps can be nested as deep as the chain is long. */
const oldestFirst = (trace: Trace): ReadonlyArray<Happened> => {
  const happened: Array<Happened> = []
  const { events } = trace as Events & Trace // every trace is created by `traceOf`
  const readings: Array<Reading> = [{ next: events, deeper: 0 }]
  for (let reading = readings.at(-1); reading !== undefined; reading = readings.at(-1)) {
    const { deeper, first, next: event } = reading
    if (event === undefined) {
      readings.pop()
      continue
    }
    reading.next = event === first ? undefined : event.previous
    if (event._tag === "Jump") {
      const { first, last } = event.shortcut
      readings.push({ next: last, first, deeper: deeper + event.level - first.level })
    } else {
      happened.push({ event, deeper })
    }
  }
  return happened.toReversed()
}

/** @internal */
export const hops = (trace: Trace): ReadonlyArray<Hop> => {
  const happened = oldestFirst(trace)
  const climbed = new Set(happened.map(({ event }) => event._tag === "Clamp" ? event.within : undefined))
  return happened.flatMap(({ deeper, event }) =>
    event._tag === "Clamp" ? [] : [{
      link: toPath(event.directory, [event.name]),
      target: event.target,
      restarted: event.target.startsWith("/"),
      clamped: climbed.has(event),
      level: event.level + deeper
    }]
  )
}

/** @internal */
export const clamped = (trace: Trace): boolean =>
  oldestFirst(trace).some(({ event }) => event._tag === "Clamp" && event.within === undefined)

/** @internal */
export const fromHops = (hops: ReadonlyArray<Hop>, isClamped: boolean): Trace => {
  let events: TraceEvent<undefined> | undefined = isClamped ? clampEvent(undefined, undefined) : undefined
  const open: Array<HopEvent<undefined>> = []
  for (const { clamped, level, link, target } of hops) {
    const slash = link.lastIndexOf("/")
    const names = link.slice(0, slash).split("/").slice(1)
    const directory = names.reduce((stack, name) => push(stack, name, undefined), make(undefined))
    const hop = hopEvent(events, directory, link.slice(slash + 1), target, open[level - 1])
    open[level] = hop
    events = clamped ? clampEvent(hop, hop) : hop
  }
  return traceOf(events)
}
