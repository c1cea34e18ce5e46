import * as ComponentStack from "@procfsroot/path/ComponentStack"
import type * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import type { Errno } from "../../Errno.js"
import type * as Model from "../../MemoryFaults.js"
import type { Memory, Node } from "../../MemoryTree.js"
import type { PathUse } from "../../PathUse.js"
import { make as makeErrno, toError } from "../errno.js"
import { type Policies, policiesOf } from "../pathPolicy.js"
import { pathUses, rootDirectoryUses } from "../pathUse.js"

interface ActiveFault<Delay> {
  readonly fault: Model.Fault<Delay>
  /** Its place, written as a walk writes places. */
  readonly path: string | undefined
  /** How many operations it has matched. */
  matches: number
}

/** What applies to one operation. If several faults make it fail, the first one counts. */
interface Match<Delay> {
  readonly delays: ReadonlyArray<Delay>
  readonly failing: ActiveFault<Delay> | undefined
}

/** The places that an operation looks at, and those of them that its paths resolve to. */
interface Visited {
  readonly all: ReadonlySet<string>
  readonly targets: ReadonlySet<string>
}

const normalize = (path: string): string => `/${path.split("/").filter((name) => name !== "").join("/")}`

const usesByMethod: ReadonlyMap<string, ReadonlyArray<PathUse>> = new Map(
  Object.entries({ ...pathUses, ...rootDirectoryUses })
)

/** An operation on a name does not follow the link that has it. */
const policyOf = ({ reach, reachFollowed }: Policies, use: PathUse | undefined): Policy.Policy =>
  use === "keep" || use === "parent" ? reach : reachFollowed

const errnoOf = <Delay>({ fault }: ActiveFault<Delay>, syscall: string, paths: ReadonlyArray<string>): Errno => ({
  ...makeErrno(fault.code ?? "EIO"),
  syscall,
  paths
})

const RESOLVE = "resolve"

/** What all users of a tree have in common. */
interface Shared<Delay> {
  readonly operations: Array<Model.Operation>
  faults: ReadonlyArray<ActiveFault<Delay>>
}

class Injector<Delay> implements Model.Injector<Delay> {
  readonly #memory: Memory
  readonly #policies: Policies
  readonly #shared: Shared<Delay>

  constructor(memory: Memory, shared: Shared<Delay>) {
    this.#memory = memory
    this.#policies = policiesOf(memory.policy)
    this.#shared = shared
  }

  for(memory: Memory): Injector<Delay> {
    return new Injector(memory, this.#shared)
  }

  operations(): ReadonlyArray<Model.Operation> {
    return this.#shared.operations.slice()
  }

  inject(faults: ReadonlyArray<Model.Fault<Delay>>): void {
    this.#shared.faults = faults.map((fault) => ({
      fault,
      path: fault.path === undefined ? undefined : normalize(fault.path),
      matches: 0
    }))
  }

  before({ opened, operation, places, syscall, texts }: Model.Beginning): Model.Injection<Delay> | undefined {
    const file = opened && this.#memory.pathOf(opened)
    this.#record(operation, file === undefined ? texts : [file])
    // No system call is made with a NUL in a text, so no fault applies.
    if (this.#shared.faults.length === 0 || texts.some((text) => text.includes("\0"))) return undefined
    const { delays, failing } = this.#match(operation, file === undefined ? this.#visit(operation, places) : only(file))
    if (failing === undefined) return { delays, failure: undefined }
    const { withoutCause = false } = failing.fault
    return { delays, failure: { errno: errnoOf(failing, syscall, texts), withoutCause } }
  }

  beforeWalk(path: string, policy: Policy.Policy): Model.WalkInjection<Delay> {
    const { lookup, root } = this.#memory
    this.#record(RESOLVE, [path])
    const { delays, failing } = this.#shared.faults.length === 0
      ? { delays: [], failing: undefined }
      : this.#match(RESOLVE, this.#visit(RESOLVE, [path]))
    const answer = failing === undefined ? lookup : this.#failingLookup(failing)
    return { delays, walk: () => Walk.run(root, path, answer, policy) }
  }

  /** Lookups that fail at the fault's place, or everywhere if it has none. */
  #failingLookup(active: ActiveFault<Delay>) {
    return (request: Walk.Lookup<Node>): Walk.Entry<Node> => {
      const place = ComponentStack.toPath(request.directory, request.name === "." ? [] : [request.name])
      return active.path === undefined || active.path === place
        ? { _tag: "Fault", cause: toError(errnoOf(active, "lstat", [place])) }
        : this.#memory.lookup(request)
    }
  }

  #record(method: string, [path = "", to]: ReadonlyArray<string>): void {
    this.#shared.operations.push(to === undefined ? { method, path } : { method, path, to })
  }

  #visit(method: string, paths: ReadonlyArray<string>): Visited {
    const all = new Set<string>()
    const targets = new Set<string>()
    const uses = usesByMethod.get(method)
    for (const [i, path] of paths.entries()) {
      const outcome = Walk.run<Node>(this.#memory.root, path, (request) => {
        if (request.name !== ".") all.add(ComponentStack.toPath(request.directory, [request.name]))
        return this.#memory.lookup(request)
      }, policyOf(this.#policies, uses?.[i]))
      if (outcome._tag === "Resolved") targets.add(Walk.toPath(outcome))
    }
    for (const place of targets) all.add(place)
    return { all, targets }
  }

  /**
   * A fault with a method applies to operations of that name whose path resolves to the place; one without, to every
   * operation that looks at the place.
   */
  #match(method: string, { all, targets }: Visited): Match<Delay> {
    const delays: Array<Delay> = []
    let failing: ActiveFault<Delay> | undefined
    for (const active of this.#shared.faults) {
      const { fault, path } = active
      if (fault.method !== undefined && fault.method !== method) continue
      if (path !== undefined && !(fault.method === undefined ? all : targets).has(path)) continue
      active.matches++
      if (fault.nth !== undefined && fault.nth !== active.matches) continue
      if (fault.delay !== undefined) delays.push(fault.delay)
      if (fault.code !== undefined) failing ??= active
    }
    return { delays, failing }
  }
}

/** Operations on an open file walk no path. */
const only = (place: string): Visited => {
  const places = new Set([place])
  return { all: places, targets: places }
}

/** @internal */
export const make = <Delay>(memory: Memory, faults: ReadonlyArray<Model.Fault<Delay>>): Model.Injector<Delay> => {
  const injector = new Injector<Delay>(memory, { operations: [], faults: [] })
  injector.inject(faults)
  return injector
}
