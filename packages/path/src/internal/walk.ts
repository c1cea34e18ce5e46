/**
 * The walk's loop: one method of `Cursor` a kind of component, as `walk_component` and `handle_dots` are in the kernel's
 * `fs/namei.c`.
 */
import type { ComponentStack } from "../ComponentStack.js"
import * as Policy from "../Policy.js"
import type { RootedPath } from "../RootedPath.js"
import type { Entry, Failed, Kind, Lookup, Outcome, Reason, Resolved, Step, SymbolicLink } from "../Walk.js"
import * as stack from "./componentStack.js"
import { clampEvent, type HopEvent, hopEvent, type TraceEvent, traceOf } from "./trace.js"

/** What stays the same during one walk. */
interface Setting<H> {
  readonly root: ComponentStack<H>
  readonly policy: Policy.Policy
}

/**
 * Text whose components are still to be taken: the path, or the target of the link `hop`. The kernel's `nd->stack`.
 *
 * A frame stays until the entry for its last component is known: the links met in the target of a link's last component
 * are still part of that link's own expansion, which is what makes a loop provable.
 */
interface Frame<H> {
  readonly text: string
  readonly hop: HopEvent<H> | undefined
  readonly below: Frame<H> | undefined
  /** Where to go on in the frame below. */
  readonly resume: number
  /** Nothing is left in the frames below: the last component of this text is the last of all. */
  readonly last: boolean
}

class Ask<H> implements Lookup<H> {
  readonly _tag = "Lookup"
  readonly directory: ComponentStack<H>
  readonly name: string
  readonly setting: Setting<H>
  readonly frame: Frame<H>
  readonly offset: number
  readonly events: TraceEvent<H> | undefined
  constructor(cursor: Cursor<H>, name: string, offset: number) {
    this.directory = cursor.place
    this.name = name
    this.setting = cursor.setting
    this.frame = cursor.frame
    this.offset = offset
    this.events = cursor.events
  }
}

const SLASH = 47
const none: ReadonlyArray<string> = []
const missing: Reason = { _tag: "Missing" }
const notADirectory: Reason = { _tag: "NotADirectory" }

class Cursor<H> {
  readonly setting: Setting<H>
  place: ComponentStack<H>
  kind: Kind = "Directory"
  /** The directory at `place` is known to be searchable: a name in it has been looked up. */
  searched: boolean
  frame: Frame<H>
  offset: number
  tail: Array<string> | undefined = undefined
  slash = false
  events: TraceEvent<H> | undefined

  constructor(
    setting: Setting<H>,
    place: ComponentStack<H>,
    searched: boolean,
    frame: Frame<H>,
    offset: number,
    events: TraceEvent<H> | undefined
  ) {
    this.setting = setting
    this.place = place
    this.searched = searched
    this.frame = frame
    this.offset = offset
    this.events = events
  }

  next(): Step<H> {
    while (true) {
      const { frame, offset } = this
      if (offset > frame.text.length) {
        if (frame.below === undefined) return this.resolved()
        this.frame = frame.below
        this.offset = frame.resume
        continue
      }
      const slash = frame.text.indexOf("/", offset)
      const end = slash === -1 ? frame.text.length : slash
      const name = frame.text.slice(offset, end)
      this.offset = end + 1
      const step = name === ""
        ? this.empty(offset)
        : name === "."
        ? this.dot(offset)
        : name === ".."
        ? this.dotDot(offset)
        : this.name(name, offset)
      if (step !== undefined) return step
    }
  }

  /** Two slashes in a row, or one at the end: nothing to look up, but only a directory may stand before it. */
  empty(offset: number): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.slash = true
      return undefined
    }
    return this.kind === "Directory" ? undefined : this.notADirectory(offset)
  }

  dot(offset: number): Step<H> | undefined {
    const step = this.empty(offset)
    if (step !== undefined || this.tail !== undefined || this.searched) return step
    return new Ask(this, ".", offset)
  }

  dotDot(offset: number): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.tail.pop()
      this.slash = true
      if (this.tail.length === 0) this.tail = undefined
      return undefined
    }
    const step = this.dot(offset)
    if (step !== undefined) return step
    if (this.place.parent !== undefined) {
      this.place = this.place.parent
      return undefined
    }
    if (this.setting.policy.containment !== "clamp") return this.escapes(offset)
    this.events = clampEvent(this.events, this.frame.hop)
    return undefined
  }

  name(name: string, offset: number): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.tail.push(name)
      this.slash = false
      return undefined
    }
    if (this.kind !== "Directory") return this.notADirectory(offset)
    if (this.setting.policy.lastComponent === "unchecked" && this.isLast()) {
      this.tail = [name]
      return undefined
    }
    return new Ask(this, name, offset)
  }

  /** Takes the answer to the lookup of `name`, which began at `start`. */
  enter(name: string, start: number, entry: Entry<H>): Step<H> {
    switch (entry._tag) {
      case "Directory":
      case "Other":
        this.place = stack.push(this.place, name, entry.handle)
        this.kind = entry._tag
        this.searched = false
        return this.next()
      case "SymbolicLink":
        return this.link(name, start, entry)
      case "Missing":
        return this.missing(name, start)
      case "Fault":
        return this.failed(entry, stack.toPath(this.place, [name]), start)
    }
  }

  missing(name: string, start: number): Step<H> {
    const { missing: policy } = this.setting.policy
    if (policy === "error" || (policy === "last" && !this.onlySlashes(this.offset))) {
      return this.failed(missing, stack.toPath(this.place, [name]), start)
    }
    this.tail = [name]
    return this.next()
  }

  link(name: string, start: number, entry: SymbolicLink<H>): Step<H> {
    if (this.setting.policy.lastComponent === "keep" && this.isLast()) {
      this.place = stack.push(this.place, name, entry.handle)
      this.kind = "SymbolicLink"
      return this.next()
    }
    const refused = this.refusal(name, entry)
    if (refused !== undefined) return this.failed(refused, stack.toPath(this.place, [name]), start)
    const { target } = entry
    const hop = hopEvent(this.events, this.place, name, target, this.frame.hop)
    this.events = hop
    this.frame = { text: target, hop, below: this.frame, resume: this.offset, last: this.isLast() }
    if (target.startsWith("/")) {
      this.offset = 1
      this.place = this.setting.root
      this.searched = false
    } else {
      this.offset = 0
    }
    return this.next()
  }

  /** Why a link may not be followed. The budget comes before the flag, as in the kernel's `pick_link`. */
  refusal(name: string, { magic, target, unreadable }: SymbolicLink<H>): Reason | undefined {
    const { containment, maxSymlinks, symlinks } = this.setting.policy
    const cycle = this.cycle(name)
    if (cycle !== undefined) return { _tag: "Cycle", cycle }
    if ((this.events?.links ?? 0) >= maxSymlinks) return { _tag: "TooManySymlinks", limit: maxSymlinks }
    if (symlinks === "forbid") return { _tag: "SymlinkForbidden" }
    if (unreadable !== undefined) return unreadable
    if (magic === true) return { _tag: "MagicLink", target }
    return containment === "beneath" && target.startsWith("/")
      ? { _tag: "EscapesRoot", via: stack.toPath(this.place, [name]) }
      : undefined
  }

  /** A link met again while its own target is being walked leads to itself for ever. */
  cycle(name: string): ReadonlyArray<RootedPath> | undefined {
    let frame: Frame<H> | undefined = this.frame
    while (frame?.hop !== undefined) {
      if (frame.hop.name === name && stack.equals(frame.hop.directory, this.place)) return cycleFrom(frame, this.frame)
      frame = frame.below
    }
    return undefined
  }

  /** Whether the component just taken is the last of all. */
  isLast(): boolean {
    return this.frame.last && this.offset > this.frame.text.length
  }

  /** Whether nothing but slashes is left from `offset` on. */
  onlySlashes(offset: number): boolean {
    let frame: Frame<H> | undefined = this.frame
    while (frame !== undefined) {
      for (let i = offset; i < frame.text.length; i++) if (frame.text.charCodeAt(i) !== SLASH) return false
      offset = frame.resume
      frame = frame.below
    }
    return true
  }

  notADirectory(offset: number): Failed<H> {
    return this.failed(notADirectory, stack.toPath(this.place), offset)
  }

  escapes(offset: number): Failed<H> {
    const { hop } = this.frame
    const reason: Reason = hop === undefined
      ? { _tag: "EscapesRoot" }
      : { _tag: "EscapesRoot", via: stack.toPath(hop.directory, [hop.name]) }
    return this.failed(reason, stack.toPath(this.place), offset)
  }

  resolved(): Resolved<H> {
    return {
      _tag: "Resolved",
      place: this.place,
      kind: this.kind,
      tail: this.tail ?? none,
      slash: this.tail !== undefined && this.slash,
      trace: traceOf(this.events)
    }
  }

  failed(reason: Reason, at: RootedPath, offset: number): Failed<H> {
    const slash = reason === notADirectory && this.onlySlashes(offset)
    return { _tag: "Failed", reason, at, ...this.reached(offset), slash, trace: traceOf(this.events) }
  }

  /** How far the path as asked has been walked: a link under way has not been, so it is what remains first. */
  reached(offset: number): Pick<Failed<H>, "deepest" | "remaining"> {
    let frame = this.frame
    if (frame.hop === undefined) return { deepest: this.place, remaining: frame.text.slice(offset) }
    while (frame.below?.hop !== undefined) frame = frame.below
    const { below, hop, resume } = frame as Frame<H> & { hop: HopEvent<H> } // the loop keeps to frames of links
    const text = below?.text ?? ""
    return {
      deepest: hop.directory,
      remaining: resume > text.length ? hop.name : `${hop.name}/${text.slice(resume)}`
    }
  }
}

const cycleFrom = <H>(outer: Frame<H>, inner: Frame<H>): ReadonlyArray<RootedPath> => {
  const members: Array<RootedPath> = []
  let frame: Frame<H> | undefined = inner
  while (frame?.hop !== undefined) {
    members.unshift(stack.toPath(frame.hop.directory, [frame.hop.name]))
    if (frame === outer) break
    frame = frame.below
  }
  return members
}

/** @internal */
export const start = <H>(rootHandle: H, path: string, policy: Policy.Policy = Policy.defaultPolicy): Step<H> => {
  const root = stack.make(rootHandle)
  const absolute = path.startsWith("/")
  const frame: Frame<H> = { text: path, hop: undefined, below: undefined, resume: 0, last: true }
  const cursor = new Cursor({ root, policy }, root, false, frame, absolute ? 1 : 0, undefined)
  // An empty path is ENOENT for every system call (`getname_flags` in `fs/namei.c`).
  if (path === "") return cursor.failed(missing, stack.toPath(root), 0)
  return absolute && policy.containment === "beneath" ? cursor.escapes(0) : cursor.next()
}

/** @internal */
export const answer = <H>(lookup: Lookup<H>, entry: Entry<H>): Step<H> => {
  const ask = lookup as Ask<H> // the only class that implements Lookup, and `start` the only source of one
  const { directory, events, frame, name, offset, setting } = ask
  if (name !== ".") {
    const cursor = new Cursor(setting, directory, true, frame, offset + name.length + 1, events)
    return cursor.enter(name, offset, entry)
  }
  const cursor = new Cursor(setting, directory, true, frame, offset, events)
  if (entry._tag === "Directory") return cursor.next()
  if (entry._tag === "Fault") return cursor.failed(entry, stack.toPath(directory), offset)
  return entry._tag === "Missing"
    ? cursor.failed(missing, stack.toPath(directory), offset)
    : cursor.notADirectory(offset)
}

/** @internal */
export const run = <H>(
  root: H,
  path: string,
  lookup: (lookup: Lookup<H>) => Entry<H>,
  policy?: Policy.Policy
): Outcome<H> => {
  let step = start(root, path, policy)
  while (step._tag === "Lookup") step = answer(step, lookup(step))
  return step
}

/** @internal */
export const toPath = <H>(outcome: Resolved<H>): RootedPath => stack.toPath(outcome.place, outcome.tail)
