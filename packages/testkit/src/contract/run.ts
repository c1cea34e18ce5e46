/** Runs cases in worlds. Cases that only read share one. After a case that changes its world, the next one is fresh. */
import { answerOf, attempt, changesOf, leaksOf } from "./answer.js"
import { mutates } from "./cases.js"
import type { Backend, Case, FileState, Report, TreeName, World } from "./model.js"
import { nextTurn } from "../nextTurn.js"
import { perform } from "./perform.js"
import { trees } from "./trees.js"

/**
 * After this many milliseconds, a case counts as hanging. The time is long, so that a busy machine is not a failure.
 */
const PATIENCE = 10_000

/** The outcome of a call that does not return. */
export const hung = Symbol()

/** The result of a promise, or `hung` if it takes too long. */
export const withPatience = async <A>(promise: Promise<A>): Promise<A | typeof hung> => {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<typeof hung>((resolve) => timer = setTimeout(() => resolve(hung), PATIENCE))
  try {
    return await Promise.race([promise, patience])
  } finally {
    clearTimeout(timer)
  }
}

const runOne = async (testCase: Case, world: World): Promise<Omit<Report, "changes">> => {
  const made = await withPatience(world.run((fs) => attempt(() => perform(fs, testCase))))
  return made === hung
    ? { answer: { hung: true }, leaks: [] }
    : { answer: answerOf(testCase, made, world.base), leaks: leaksOf(testCase, made, world.base) }
}

/** A world in which cases are running. */
interface Entered {
  readonly key: string
  readonly world: World
  readonly before: ReadonlyArray<FileState>
  /** Its files as text, as long as no case has changed them. */
  unchanged: string | undefined
}

/** Whether the files are those that were compared last. */
const isAsKnown = async ({ before, unchanged, world }: Entered): Promise<boolean> => {
  const files = await world.files()
  return unchanged === undefined
    ? changesOf({ method: "" }, before, files).length === 0
    : JSON.stringify(files) === unchanged
}

/** Runs case after case. A world that has changed is not used again. */
class Stage {
  readonly #backend: Pick<Backend, "world">
  /** The files of each tree when it is new. Two new trees do not differ in anything that is compared. */
  readonly #made = new Map<TreeName, ReadonlyArray<FileState>>()
  #current: Entered | undefined
  constructor(backend: Pick<Backend, "world">) {
    this.#backend = backend
  }

  async run(testCase: Case): Promise<Report> {
    const entered = await this.#enter(testCase)
    const { answer, leaks } = await runOne(testCase, entered.world)
    const isHanging = "hung" in answer
    const mayHaveChanged = mutates(testCase) && entered.world.changed?.() !== false
    const changes = isHanging || mayHaveChanged ? await this.#changes(testCase, entered) : []
    if (isHanging || changes.length > 0) await this.#end(entered)
    return { answer, leaks, changes }
  }

  async #changes(testCase: Case, entered: Entered): Promise<ReadonlyArray<string>> {
    const files = await entered.world.files()
    const text = JSON.stringify(files)
    // Usually nothing has changed, and comparing texts is cheap.
    if (text === entered.unchanged) return []
    entered.unchanged = text
    return changesOf(testCase, entered.before, files)
  }

  async #enter(testCase: Case): Promise<Entered> {
    const key = `${testCase.tree} ${mutates(testCase)}`
    if (this.#current?.key !== key) {
      await this.leave()
      const world = await this.#backend.world(trees[testCase.tree])
      const before = mutates(testCase) ? this.#made.get(testCase.tree) : undefined
      const files = before ?? await world.files()
      this.#current = { key, world, before: files, unchanged: before === undefined ? JSON.stringify(files) : undefined }
      this.#made.set(testCase.tree, files)
    }
    return this.#current
  }

  async #end({ world }: Entered): Promise<void> {
    this.#current = undefined
    await world.dispose()
  }

  /** Ends the current world. Throws if a case has changed it unnoticed. */
  async leave(): Promise<void> {
    const entered = this.#current
    if (entered === undefined) return
    try {
      if (!await isAsKnown(entered)) throw new Error("A case has changed the tree unnoticed.")
    } finally {
      await this.#end(entered)
    }
  }
}

/** The report of every case, by the id of the case. */
export const runCases = async (
  backend: Pick<Backend, "world">,
  cases: ReadonlyArray<Case>
): Promise<ReadonlyMap<string, Report>> => {
  const stage = new Stage(backend)
  const reports = new Map<string, Report>()
  try {
    const reading = cases.filter((testCase) => !mutates(testCase))
    for (const testCase of [...reading, ...cases.filter(mutates)]) {
      await nextTurn()
      reports.set(testCase.id, await stage.run(testCase))
    }
  } finally {
    await stage.leave()
  }
  return reports
}
