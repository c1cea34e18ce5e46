/** Runs the operations of a tree: records each operation, and applies faults before it and at its steps. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import type * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import type * as Model from "../../MemoryFaults.js"
import type { Operation } from "../../MemoryJournal.js"
import type { Memory, Node } from "../../MemoryTree.js"
import type { Answer, Now, Program, Wait } from "../../Program.js"
import { isBadArgument, isErrno, isWriteZero, toError } from "../errno.js"
import { type Policies, policiesOf } from "../pathPolicy.js"
import { atOnce, Call, Eager, firstWait, isProgram, sync, waitFor } from "../program.js"
import { called, isInterruption } from "../running.js"
import { matchOperation, matchStep, type Stepping, within } from "./matching.js"
import { Records } from "./records.js"
import { Rule } from "./rules.js"
import type { Continued, Step, StepListener } from "./steps.js"
import { forever, hanging, hangingUntil, nothing, thrownBy } from "./strikes.js"

/** An operation that has not ended. */
interface Current<Delay, Method extends string> extends Stepping<Delay, Method> {
  /** Its number in the journal. */
  readonly record: number
  readonly environment: Model.Environment<Delay>
  /** The delays of steps that cannot wait. The operation waits for them later. */
  pendingDelays: ReadonlyArray<Delay>
  /** Whether the operation was interrupted. What it then does to release its resources is not delayed. */
  isInterrupted: boolean
  /** Whether a later part ends the operation. */
  endsLater: boolean
}

/** The state that all users of a tree and all roots in it share. */
interface State<Delay, Method extends string> {
  readonly records: Records
  readonly fibers: Map<unknown, number>
  readonly methods: ReadonlyArray<Method>
  rules: ReadonlyArray<Rule<Delay, Method>>
  /** The operation that is running now. Nothing else runs until it waits or ends. */
  current: Current<Delay, Method> | undefined
}

const noDelays: ReadonlyArray<never> = []

const RESOLVE = "resolve"

class Injector<Delay, Method extends string> implements Model.Injector<Delay, Method>, StepListener {
  readonly #memory: Memory
  readonly #policies: Policies
  readonly #state: State<Delay, Method>
  /** The place of this root in the tree, or `undefined` if it is the root of the tree. */
  readonly #root: string | undefined

  constructor(memory: Memory, state: State<Delay, Method>) {
    this.#memory = memory
    this.#policies = policiesOf(memory.policy)
    this.#state = state
    this.#root = memory.place === "/" ? undefined : memory.place
  }

  operations(): ReadonlyArray<Operation> {
    return this.#state.records.all()
  }

  inject(faults: ReadonlyArray<Model.Fault<Delay, Method>>): void {
    const { methods } = this.#state
    this.#state.rules = faults.map((fault) => new Rule(fault, methods))
    this.#memory.steps.listener = faults.length === 0 ? undefined : this
  }

  report(): ReadonlyArray<Model.Report<Delay, Method>> {
    return this.#state.rules.map(({ report }) => report)
  }

  for(memory: Memory): Injector<Delay, Method> {
    return new Injector(memory, this.#state)
  }

  run<A>(
    beginning: Model.Beginning,
    environment: Model.Environment<Delay>,
    begin: () => Program<A>
  ): Answer<A> | Program<A> {
    const current = this.#record(beginning, environment)
    return this.#state.rules.length === 0
      ? this.#unstruck(current, begin)
      : this.#ending(current, this.#struck(current, beginning, begin))
  }

  walk(
    path: string,
    policy: Policy.Policy,
    environment: Model.Environment<Delay>
  ): Answer<Walk.Outcome<Node>> | Program<Walk.Outcome<Node>> {
    const beginning = { operation: RESOLVE, syscall: RESOLVE, texts: [path], places: [path], opened: undefined }
    const current = this.#record(beginning, environment)
    const { lookup, root } = this.#memory
    return this.#state.rules.length === 0
      ? this.#unstruck(current, () => sync(() => Walk.run(root, path, lookup, policy)))
      : this.#ending(current, this.#walking(current, beginning, path, policy))
  }

  before(step: Step, places: ReadonlyArray<string>): void {
    const { current, rules } = this.#state
    const { delays, failing } = matchStep(rules, step, places, current)
    if (current?.isInterrupted === false && delays.length > 0) {
      current.pendingDelays = [...current.pendingDelays, ...delays]
    }
    if (failing !== undefined && !this.#passes(failing)) throw thrownBy(failing.fault)
  }

  around<A>(step: Step, places: ReadonlyArray<string>, perform: (most: number | undefined) => Now<A>): Now<A> {
    const { current, rules } = this.#state
    const { delays, failing, most } = matchStep(rules, step, places, current)
    const waits = current !== undefined && !current.isInterrupted && delays.length > 0
    // The descriptor is closed even if `close` fails or is interrupted (`close(2)`).
    const close = () => void (current === undefined ? perform(most) : this.#enter(current, () => perform(most)))
    const release = step === "close" ? close : nothing
    const end = (): Now<A> => {
      if (failing === undefined || this.#passes(failing)) return perform(most)
      if (failing.fault.hang === true) return hangingUntil(release)
      release()
      throw thrownBy(failing.fault)
    }
    return waits ? called(this.#later(current, delays, end, release)) : end()
  }

  continued(endsLater = false): Continued {
    const { current } = this.#state
    if (current === undefined) return (begin) => begin()
    current.endsLater = endsLater
    return (begin, outcome, ifInterrupted) => this.#part(current, begin, outcome, ifInterrupted)
  }

  *#part<A>(
    current: Current<Delay, Method>,
    begin: () => Program<A>,
    outcome: Operation["outcome"] = "pending",
    ifInterrupted: Operation["outcome"] = "interrupted"
  ): Program<A> {
    try {
      const value = yield* this.#drive(current, begin())
      this.#state.records.endPending(current.record, outcome)
      return value
    } catch (thrown) {
      if (isInterruption(thrown)) this.#state.records.end(current.record, ifInterrupted)
      else this.#noteFailure(current, thrown)
      throw thrown
    }
  }

  *#later<A>(
    current: Current<Delay, Method>,
    delays: ReadonlyArray<Delay>,
    end: () => Now<A>,
    release: () => void
  ): Program<A> {
    let isOver = false
    try {
      yield* sleeping(current, delays)
      isOver = true
      return yield* waitFor(this.#enter(current, end))
    } finally {
      if (!isOver) release()
    }
  }

  /** An interrupted operation does not hang again while it releases its resources. */
  #passes({ fault }: Rule<Delay, Method>): boolean {
    return fault.hang === true && this.#state.current?.isInterrupted === true
  }

  #record(
    { opened, operation: method, texts }: Model.Beginning,
    environment: Model.Environment<Delay>
  ): Current<Delay, Method> {
    const isNamed = opened === undefined
    const path = isNamed ? texts[0] ?? "" : this.#memory.pathOf(opened)
    const { fiber } = environment
    const number = fiber === undefined ? undefined : this.#numberOf(fiber)
    const record = this.#state.records.add(method, path, number, isNamed ? texts[1] : undefined, this.#root)
    return {
      method,
      record,
      environment,
      pendingDelays: noDelays,
      decided: undefined,
      isInterrupted: false,
      endsLater: false
    }
  }

  #numberOf(fiber: unknown): number {
    const { fibers } = this.#state
    const known = fibers.get(fiber)
    if (known !== undefined) return known
    fibers.set(fiber, fibers.size)
    return fibers.size - 1
  }

  /** Begins a part of an operation that never waits. Returns the operation that was running before, if any. */
  #take(current: Current<Delay, Method>): Current<Delay, Method> | undefined {
    const outer = this.#state.current
    this.#state.current = current
    this.#memory.useClock(current.environment)
    return outer
  }

  /** Ends such a part. `read` and `written` are the numbers of bytes that the tree had counted before it. */
  #giveBack(
    { record }: Current<Delay, Method>,
    outer: Current<Delay, Method> | undefined,
    read: number,
    written: number
  ): void {
    const { steps } = this.#memory
    this.#state.current = outer
    this.#memory.useClock(outer?.environment)
    this.#state.records.count(record, steps.read - read, steps.written - written)
  }

  #enter<A>(current: Current<Delay, Method>, run: () => A): A {
    const { read, written } = this.#memory.steps
    const outer = this.#take(current)
    try {
      return run()
    } finally {
      this.#giveBack(current, outer, read, written)
    }
  }

  /**
   * Runs an operation while there are no faults. Most such operations do not wait, and need no other program around
   * theirs.
   */
  #unstruck<A>(current: Current<Delay, Method>, begin: () => Program<A>): Answer<A> | Program<A> {
    const { read, written } = this.#memory.steps
    const outer = this.#take(current)
    const made = atOnce(begin)
    this.#giveBack(current, outer, read, written)
    if (!isProgram(made)) {
      if ("error" in made) this.#noteFailure(current, made.error)
      else this.#noteSuccess(current)
      return made
    }
    const run = () => {
      try {
        const first = this.#enter(current, () => firstWait(made))
        if (first.done === true) this.#noteSuccess(current)
        return first
      } catch (thrown) {
        this.#noteFailure(current, thrown)
        throw thrown
      }
    }
    return new Eager(run, (first) => this.#ending(current, this.#drive(current, made, first)))
  }

  *#ending<A>(current: Current<Delay, Method>, program: Program<A>): Program<A> {
    try {
      const value = yield* program
      this.#noteSuccess(current)
      return value
    } catch (thrown) {
      this.#noteFailure(current, thrown)
      throw thrown
    }
  }

  /** Runs a program to its end. If it has already begun, `first` is its first step. */
  *#drive<A>(
    current: Current<Delay, Method>,
    program: Program<A>,
    first?: IteratorResult<Wait, A>
  ): Program<A> {
    let resume = () => first ?? program.next()
    for (;;) {
      let step: ReturnType<typeof resume> | undefined
      try {
        step = this.#enter(current, resume)
        yield* this.#settle(current)
        if (step.done === true) return step.value
        yield step.value
        resume = () => program.next()
      } catch (thrown) {
        if (step === undefined) {
          if (!current.isInterrupted) yield* this.#settle(current)
          if (thrown === hanging) return yield* forever
        }
        if (step === undefined || step.done === true) throw thrown
        current.isInterrupted ||= isInterruption(thrown)
        resume = () => program.throw(thrown)
      }
    }
  }

  *#settle(current: Current<Delay, Method>): Program<void> {
    const { pendingDelays } = current
    current.pendingDelays = noDelays
    if (pendingDelays.length > 0) yield* sleeping(current, pendingDelays)
  }

  *#struck<A>(current: Current<Delay, Method>, beginning: Model.Beginning, begin: () => Program<A>): Program<A> {
    const { operation, syscall, texts } = beginning
    const { delays, failing } = matchOperation(this.#state.rules, beginning, this.#memory, this.#policies)
    yield* sleeping(current, delays)
    if (failing === undefined) return yield* this.#drive(current, this.#enter(current, begin))
    if (failing.fault.hang === true) return yield* forever
    if (operation === "close") yield* this.#drive(current, this.#enter(current, begin))
    const thrown = thrownBy(failing.fault)
    throw isErrno(thrown) ? Object.assign(thrown, { syscall, paths: texts }) : thrown
  }

  *#walking(
    current: Current<Delay, Method>,
    beginning: Model.Beginning,
    path: string,
    policy: Policy.Policy
  ): Program<Walk.Outcome<Node>> {
    const { lookup, place, root } = this.#memory
    const { delays, failing } = matchOperation(this.#state.rules, beginning, this.#memory, this.#policies)
    yield* sleeping(current, delays)
    if (failing?.fault.hang === true) return yield* forever
    const answer = (asked: Walk.Lookup<Node>): Walk.Entry<Node> => {
      const here = within(place, ComponentStack.toPath(asked.directory, asked.name === "." ? [] : [asked.name]))
      if (failing?.isAt([here]) === true) return faultOf(thrownBy(failing.fault), here)
      try {
        this.before("lookup", [here])
      } catch (thrown) {
        return faultOf(thrown, here)
      }
      return lookup(asked)
    }
    return yield* this.#drive(current, sync(() => Walk.run(root, path, answer, policy)))
  }

  #noteSuccess({ endsLater, record }: Current<Delay, Method>): void {
    if (!endsLater) this.#state.records.end(record, "ok")
  }

  #noteFailure({ record }: Current<Delay, Method>, thrown: unknown): void {
    const { records } = this.#state
    if (isInterruption(thrown)) records.end(record, "interrupted")
    else if (isErrno(thrown)) records.end(record, "failed", thrown.detail?.code ?? thrown.code)
    else if (isBadArgument(thrown)) records.end(record, "failed", thrown.code)
    else records.end(record, isWriteZero(thrown) ? "failed" : "defect")
  }
}

/** Creates the fault of a lookup, whose cause is an error like Node's. */
const faultOf = (thrown: unknown, place: string): Walk.Fault => {
  if (!isErrno(thrown)) throw thrown
  return { _tag: "Fault", cause: toError({ ...thrown, syscall: "lstat", paths: [place] }) }
}

function* sleeping<Delay>(
  { environment }: { readonly environment: Model.Environment<Delay> },
  delays: ReadonlyArray<Delay>
): Program<void> {
  for (const delay of delays) {
    yield* new Call<void>((done) => environment.sleep(delay, () => done({ value: undefined })))
  }
}

/** @internal */
export const make = <Delay, Method extends string>(
  memory: Memory,
  faults: ReadonlyArray<Model.Fault<Delay, Method>>,
  methods: ReadonlyArray<Method>
): Model.Injector<Delay, Method> => {
  const injector = new Injector<Delay, Method>(memory, {
    records: new Records(),
    fibers: new Map(),
    methods,
    rules: [],
    current: undefined
  })
  injector.inject(faults)
  memory.steps.continued = (endsLater) => injector.continued(endsLater)
  return injector
}
