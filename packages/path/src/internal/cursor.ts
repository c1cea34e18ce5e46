/**
 * The state of a walk, with a method for each kind of component, like `walk_component` and `handle_dots` in the kernel's
 * `fs/namei.c`.
 */
import type { ComponentStack } from "../ComponentStack.js"
import type * as Policy from "../Policy.js"
import type { RootedPath } from "../RootedPath.js"
import type { Entry, Failed, Kind, Lookup, Reason, Resolved, Step, SymbolicLink } from "../Walk.js"
import * as stack from "./componentStack.js"
import { cycleAt, type Frame, type LinkFrame, onlySlashes } from "./frame.js"
import { clampEvent, hopEvent, jumpEvent, type Shortcut, type TraceEvent, traceOf } from "./trace.js"

/** What stays the same during one walk. */
interface Setting<H> {
  readonly root: ComponentStack<H>
  readonly policy: Policy.Policy
  /** How many characters of the text belong to `Policy.from`. */
  readonly fromLength: number
}

/**
 * Where a link leads to, for walks that meet it again.
 *
 * @internal
 */
export interface End<H> extends Shortcut<H> {
  readonly place: ComponentStack<H>
  readonly kind: Kind
  readonly searched: boolean
}

/**
 * Remembers links for other walks of the same root, driver and policy.
 *
 * @internal
 */
export interface Links<H> {
  readonly recall: (link: H) => End<H> | undefined
  /** The cursor has just walked the target of the link of this frame. */
  readonly walked: (cursor: Cursor<H>, frame: LinkFrame<H>) => void
}

const none: ReadonlyArray<string> = []
/** @internal */
export const missing: Reason = { _tag: "Missing" }
const notADirectory: Reason = { _tag: "NotADirectory" }

/**
 * The state of a walk, which is also its next question.
 *
 * @internal
 */
export class Cursor<H> implements Lookup<H> {
  readonly _tag = "Lookup"
  readonly setting: Setting<H>
  place: ComponentStack<H>
  kind: Kind = "Directory"
  /** Whether a name in the directory at `place` has been looked up, so that it is known to be searchable. */
  searched = false
  frame: Frame<H>
  /** Where the current component begins, and where the next one does. */
  start: number
  offset: number
  name = ""
  tail: Array<string> | undefined = undefined
  slash = false
  events: TraceEvent<H> | undefined
  links: Links<H> | undefined = undefined
  /** What has happened could have gone another way elsewhere in a path: a link was `denied`, or a name was missing. */
  depends = false

  constructor(
    setting: Setting<H>,
    place: ComponentStack<H>,
    frame: Frame<H>,
    offset: number,
    events: TraceEvent<H> | undefined
  ) {
    this.setting = setting
    this.place = place
    this.frame = frame
    this.start = offset
    this.offset = offset
    this.events = events
  }

  get directory(): ComponentStack<H> {
    return this.place
  }

  /** A getter, since only a driver that finds a link reads it. */
  get trailing(): boolean {
    return this.name !== "." && !this.keeps() && onlySlashes(this.frame, this.offset)
  }

  get slashed(): boolean {
    return this.trailing && this.offset <= this.frame.text.length
  }

  get forbidsMounts(): boolean {
    return this.setting.policy.mounts === "forbid"
  }

  /** A copy of the question. It has no missing names, and is in a directory: otherwise nothing would be asked. */
  copy(): Cursor<H> {
    const cursor = new Cursor(this.setting, this.place, this.frame, this.offset, this.events)
    cursor.start = this.start
    cursor.name = this.name
    return cursor
  }

  next(): Step<H> {
    while (true) {
      const step = this.move()
      if (step !== undefined) return step
    }
  }

  /** Takes the next component, or leaves a text without any. Returns what it needs, if it cannot go on. */
  move(): Step<H> | undefined {
    const { frame, offset } = this
    if (offset > frame.text.length) {
      if (frame.below === undefined) return this.resolved()
      this.frame = frame.below
      this.offset = frame.resume
      this.links?.walked(this, frame)
      return undefined
    }
    const slash = frame.text.indexOf("/", offset)
    const end = slash === -1 ? frame.text.length : slash
    const name = frame.text.slice(offset, end)
    this.start = offset
    this.offset = end + 1
    return name === ""
      ? this.empty()
      : name === "."
      ? this.dot()
      : name === ".."
      ? this.dotDot()
      : this.component(name)
  }

  /** Two slashes in a row, or one at the end: nothing to look up, but what is before it must be a directory. */
  empty(): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.slash = true
      return undefined
    }
    return this.kind === "Directory" ? undefined : this.notADirectory()
  }

  dot(): Step<H> | undefined {
    const step = this.empty()
    // A missing name was looked up.
    if (step !== undefined || this.searched) return step
    return this.ask(".")
  }

  dotDot(): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.tail.pop()
      this.slash = true
      if (this.tail.length === 0) this.tail = undefined
      return undefined
    }
    const step = this.dot()
    if (step !== undefined) return step
    if (this.place.parent !== undefined) {
      this.place = this.place.parent
      return undefined
    }
    if (this.setting.policy.containment !== "clamp") return this.escapes()
    this.events = clampEvent(this.events, this.frame.hop)
    return undefined
  }

  component(name: string): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.tail.push(name)
      this.slash = false
      return undefined
    }
    if (this.kind !== "Directory") return this.notADirectory()
    if (this.setting.policy.lastComponent === "unchecked" && this.isLast()) {
      this.leave(name)
      return undefined
    }
    return this.ask(name)
  }

  ask(name: string): Lookup<H> {
    this.name = name
    return this
  }

  /** Takes the answer to the question. Returns how the walk ended, if it did. */
  take(entry: Entry<H>): Failed<H> | undefined {
    this.searched = true
    return this.name === "." ? this.search(entry) : this.enter(this.name, entry)
  }

  search(entry: Entry<H>): Failed<H> | undefined {
    switch (entry._tag) {
      case "Directory":
        // The dot is handled again, now that its directory may be searched.
        this.offset = this.start
        return undefined
      case "Fault":
        return this.failed(entry, stack.toPath(this.place))
      case "Missing":
        return this.failed(missing, stack.toPath(this.place))
      default:
        return this.notADirectory()
    }
  }

  enter(name: string, entry: Entry<H>): Failed<H> | undefined {
    if (this.forbidsMounts && "handle" in entry && entry.mounted !== false) {
      return this.failed({ _tag: "CrossesMount", known: entry.mounted === true }, stack.toPath(this.place, [name]))
    }
    switch (entry._tag) {
      case "Directory":
      case "Other":
        this.place = stack.push(this.place, name, entry.handle)
        this.kind = entry._tag
        this.searched = false
        return undefined
      case "SymbolicLink":
        return this.link(name, entry)
      case "Missing":
        return this.missing(name)
      case "Fault":
        return this.failed(entry, stack.toPath(this.place, [name]))
    }
  }

  missing(name: string): Failed<H> | undefined {
    const { missing: policy } = this.setting.policy
    if (policy === "error" || (policy === "last" && !onlySlashes(this.frame, this.offset)) || this.isInFrom()) {
      return this.failed(missing, stack.toPath(this.place, [name]))
    }
    this.leave(name)
    return undefined
  }

  /**
   * Continues with a name that is missing or unchecked. A `..` may have removed such a name before, and its slashes.
   */
  leave(name: string): void {
    this.depends = true
    this.tail = [name]
    this.slash = false
  }

  link(name: string, entry: SymbolicLink<H>): Failed<H> | undefined {
    if (this.keeps()) {
      this.place = stack.push(this.place, name, entry.handle)
      this.kind = "SymbolicLink"
      return undefined
    }
    const refused = this.refusal(name, entry)
    if (refused !== undefined) return this.failed(refused, stack.toPath(this.place, [name]))
    if (this.jump(entry.handle)) return undefined
    const { denied, handle, target } = entry
    if (denied !== undefined) this.depends = true
    const hop = hopEvent(this.events, this.place, name, target, this.frame.hop)
    this.events = hop
    this.frame = { text: target, hop, link: handle, below: this.frame, resume: this.offset, last: this.isLast() }
    if (target.startsWith("/")) {
      this.offset = 1
      // It is known to be searchable: whatever was found is in it.
      this.place = this.setting.root
    } else {
      this.offset = 0
    }
    return undefined
  }

  /** Goes to the end of a link that another walk has followed. */
  jump(link: H): boolean {
    const end = this.links?.recall(link)
    if (end === undefined || this.followed + end.links > this.setting.policy.maxSymlinks) return false
    this.events = jumpEvent(this.events, end, this.frame.hop)
    this.place = end.place
    this.kind = end.kind
    this.searched = end.searched
    return true
  }

  /** How many links have been followed. */
  get followed(): number {
    return this.events?.links ?? 0
  }

  /** Why a link may not be followed. The limit is checked before the flag, as in the kernel's `pick_link`. */
  refusal(name: string, { denied, magic, target, unreadable }: SymbolicLink<H>): Reason | undefined {
    const { containment, maxSymlinks, symlinks } = this.setting.policy
    const cycle = cycleAt(this.frame, this.place, name)
    if (cycle !== undefined) return { _tag: "Cycle", cycle }
    if (this.followed >= maxSymlinks) return { _tag: "TooManySymlinks", limit: maxSymlinks }
    if (denied !== undefined && this.trailing) return denied
    if (symlinks === "forbid") return { _tag: "SymlinkForbidden" }
    if (unreadable !== undefined) return unreadable
    if (magic === true) return { _tag: "MagicLink", target }
    return containment === "beneath" && target.startsWith("/")
      ? { _tag: "EscapesRoot", via: stack.toPath(this.place, [name]) }
      : undefined
  }

  /** Whether a link at the current component is kept. */
  keeps(): boolean {
    return this.setting.policy.lastComponent === "keep" && this.isLast()
  }

  /** Whether the current component is the last one. */
  isLast(): boolean {
    return this.frame.last && this.offset > this.frame.text.length
  }

  /** Whether the current component leads to the directory `Policy.from`, which must exist. */
  isInFrom(): boolean {
    let { frame, start } = this
    for (; frame.below !== undefined; frame = frame.below) start = frame.resume - 1
    return start < this.setting.fromLength
  }

  notADirectory(): Failed<H> {
    return this.failed(notADirectory, stack.toPath(this.place))
  }

  escapes(): Failed<H> {
    const { hop } = this.frame
    const reason: Reason = hop === undefined
      ? { _tag: "EscapesRoot" }
      : { _tag: "EscapesRoot", via: stack.toPath(hop.directory, [hop.name]) }
    return this.failed(reason, stack.toPath(this.place))
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

  failed(reason: Reason, at: RootedPath): Failed<H> {
    const slash = reason === notADirectory && onlySlashes(this.frame, this.start)
    return { _tag: "Failed", reason, at, ...this.reached(), slash, trace: traceOf(this.events) }
  }

  /**
   * How far the path as passed has been walked. A link whose target is being walked is the first remaining component.
   */
  reached(): Pick<Failed<H>, "deepest" | "remaining"> {
    let frame = this.frame
    if (frame.hop === undefined) return { deepest: this.place, remaining: frame.text.slice(this.start) }
    while (frame.below.hop !== undefined) frame = frame.below
    const { below: { text }, hop, resume } = frame
    return {
      deepest: hop.directory,
      remaining: resume > text.length ? hop.name : `${hop.name}/${text.slice(resume)}`
    }
  }
}
