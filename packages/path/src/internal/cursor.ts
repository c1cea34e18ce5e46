/**
 * The state of a walk. It has a method for each kind of component, like `walk_component` and `handle_dots` in the
 * kernel's `fs/namei.c`.
 */
import type { ComponentStack } from "../ComponentStack.js"
import type * as Policy from "../Policy.js"
import type { RootedPath } from "../RootedPath.js"
import type { Entry, Failed, Kind, Lookup, Reason, Resolved, Step, SymbolicLink } from "../Walk.js"
import * as stack from "./componentStack.js"
import { cycleAt, type Frame, type LinkFrame, onlySlashes, reached } from "./frame.js"
import { clampEvent, hopEvent, jumpEvent, type Shortcut, type TraceEvent, traceOf } from "./trace.js"

/** What stays the same during one walk. */
interface Setting<H> {
  readonly root: ComponentStack<H>
  readonly policy: Policy.Policy
  /** How many characters at the start of the text come from `Policy.from`. */
  readonly fromLength: number
}

/**
 * Where a link leads. A series remembers it for later walks through the same link.
 *
 * @internal
 */
export interface End<H> extends Shortcut<H> {
  readonly place: ComponentStack<H>
  readonly kind: Kind
  readonly searched: boolean
}

/**
 * A directory in which a walk can start, and what happened on the way there.
 *
 * @internal
 */
export interface Start<H> {
  readonly place: ComponentStack<H>
  readonly events: TraceEvent<H> | undefined
}

/**
 * Remembers links for later walks with the same root, driver and policy.
 *
 * @internal
 */
export interface Links<H> {
  readonly recall: (link: H) => End<H> | undefined
  /** Called when the cursor has walked the whole target of the link of this frame. */
  readonly walked: (cursor: Cursor<H>, frame: LinkFrame<H>) => void
}

const none: ReadonlyArray<string> = []
/** @internal */
export const missing: Reason = { _tag: "Missing" }
const notADirectory: Reason = { _tag: "NotADirectory" }

/**
 * The state of a walk. The same object is the next lookup that the driver has to answer.
 *
 * @internal
 */
export class Cursor<H> implements Lookup<H> {
  readonly _tag = "Lookup"
  readonly setting: Setting<H>
  place: ComponentStack<H>
  kind: Kind = "Directory"
  /** Whether a lookup in `place` has been answered. Then the directory is known to be searchable. */
  searched = false
  frame: Frame<H>
  /** Where the current component begins in `frame.text`. `offset` is where the next one begins. */
  start: number
  offset: number
  name = ""
  tail: Array<string> | undefined = undefined
  slash = false
  events: TraceEvent<H> | undefined
  links: Links<H> | undefined = undefined
  /**
   * Whether the result depends on where in a path the link is: a link was `denied`, or a name was missing or not looked
   * up. A series does not remember such links.
   */
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

  /** Computed only when read: few drivers need it, and only when they find a link. */
  get trailing(): boolean {
    return this.name !== "." && !this.keeps() && onlySlashes(this.frame, this.offset)
  }

  get slashed(): boolean {
    return this.trailing && this.offset <= this.frame.text.length
  }

  get forbidsMounts(): boolean {
    return this.setting.policy.mounts === "forbid"
  }

  /**
   * A copy of the lookup. `tail`, `slash` and `kind` need no copying: while a lookup is pending, no name is missing,
   * and `place` is a directory.
   */
  copy(): Cursor<H> {
    const cursor = new Cursor(this.setting, this.place, this.frame, this.offset, this.events)
    cursor.start = this.start
    cursor.name = this.name
    return cursor
  }

  /** Continues at `offset`, as if everything before it had just been walked. */
  startFrom({ events, place }: Start<H>, offset: number): void {
    this.place = place
    this.events = events
    this.offset = offset
  }

  next(): Step<H> {
    while (true) {
      const step = this.move()
      if (step !== undefined) return step
    }
  }

  /**
   * Handles the next component, or returns to the frame below at the end of a text. Returns the lookup that the walk
   * needs, or its outcome.
   */
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

  /**
   * Handles two slashes in a row, or one at the end. There is nothing to look up, but the file before them must be a
   * directory.
   */
  empty(): Step<H> | undefined {
    if (this.tail !== undefined) {
      this.slash = true
      return undefined
    }
    return this.kind === "Directory" ? undefined : this.notADirectory()
  }

  dot(): Step<H> | undefined {
    const step = this.empty()
    // Ask only once per directory. If a name is missing, `searched` is already `true`.
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

  /** Takes the answer to the current lookup. Returns how the walk failed, if it did. */
  take(entry: Entry<H>): Failed<H> | undefined {
    this.searched = true
    return this.name === "." ? this.search(entry) : this.enter(this.name, entry)
  }

  search(entry: Entry<H>): Failed<H> | undefined {
    switch (entry._tag) {
      case "Directory":
        // Handle the dot again, now that the directory is known to be searchable.
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
   * Continues after a name that is missing or unchecked. This resets `slash`, because an earlier missing name that a
   * `..` removed may have set it.
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
      // The link was found below the root, so the root is known to be searchable: `searched` stays `true`.
      this.place = this.setting.root
    } else {
      this.offset = 0
    }
    return undefined
  }

  /** Goes to where the link leads, if an earlier walk of the series has followed it. */
  jump(link: H): boolean {
    const end = this.links?.recall(link)
    if (end === undefined || this.followed + end.links > this.setting.policy.maxSymlinks) return false
    this.events = jumpEvent(this.events, end, this.frame.hop)
    this.place = end.place
    this.kind = end.kind
    this.searched = end.searched
    return true
  }

  /** How many links the walk has followed. */
  get followed(): number {
    return this.events?.links ?? 0
  }

  /** Why a link may not be followed. The order is that of the kernel's `pick_link`. */
  refusal(name: string, { denied, magic, target, unfollowable, unreadable }: SymbolicLink<H>): Reason | undefined {
    const { containment, maxSymlinks, symlinks } = this.setting.policy
    const cycle = cycleAt(this.frame, this.place, name)
    if (cycle !== undefined) return { _tag: "Cycle", cycle }
    if (this.followed >= maxSymlinks) return { _tag: "TooManySymlinks", limit: maxSymlinks }
    if (denied !== undefined && this.trailing) return denied
    if (symlinks === "forbid") return { _tag: "SymlinkForbidden", by: "policy" }
    if (unfollowable === true) return { _tag: "SymlinkForbidden", by: "mount" }
    if (unreadable !== undefined) return unreadable
    if (magic === true) return { _tag: "MagicLink", target }
    return containment === "beneath" && target.startsWith("/")
      ? { _tag: "EscapesRoot", via: stack.toPath(this.place, [name]) }
      : undefined
  }

  /** Whether the policy keeps a link at the current component. */
  keeps(): boolean {
    return this.setting.policy.lastComponent === "keep" && this.isLast()
  }

  /** Whether the current component is the last one. */
  isLast(): boolean {
    return this.frame.last && this.offset > this.frame.text.length
  }

  /**
   * Whether the current component belongs to `Policy.from`, or to the target of a link in it. The directory `from` must
   * exist.
   */
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
    // Not by a spread, which takes longer than everything else here.
    const { deepest, remaining } = reached(this.frame, this.place, this.start)
    return { _tag: "Failed", reason, at, deepest, remaining, slash, trace: traceOf(this.events) }
  }
}
