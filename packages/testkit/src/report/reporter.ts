/**
 * Prints a short report of a test run: one line per file when it ends, then the skipped tests with reasons, what the
 * tests have counted, and the failures. The output of the tests themselves goes to a log.
 */
import { mkdirSync, openSync, writeSync } from "node:fs"
import { dirname, relative } from "node:path"
import type { UserConsoleLog } from "vitest"
import type { TestModule, Vitest } from "vitest/node"
import { DefaultReporter } from "vitest/reporters"
import { placeOf } from "../testSets.js"
import { type Figure, figures } from "./figures.js"

const LOG = "node_modules/.cache/procfsroot/tests.log"

const inColumns = (state: string, directory: string, name: string, tests: string, seconds: string): string =>
  `${state} ${directory.padEnd(14)}${name.padEnd(44)}${tests.padStart(28)}${seconds.padStart(10)}`

export default class Reporter extends DefaultReporter {
  #log: number | undefined
  readonly #skipped = new Map<string, Set<string>>()
  readonly #counted = new Map<Figure, number>()

  constructor() {
    super({ summary: false })
  }

  override onInit(vitest: Vitest): void {
    this.ctx = vitest
    this.start = performance.now()
    mkdirSync(dirname(LOG), { recursive: true })
    this.#log = openSync(LOG, "w")
  }

  override onUserConsoleLog({ content, taskId, type }: UserConsoleLog): void {
    const task = taskId === undefined ? undefined : this.ctx.state.idMap.get(taskId)
    // `without` in `judges.ts` prints these lines.
    for (const [, why = ""] of content.matchAll(/^skipped: (.*)$/gm)) {
      this.#skipped.set(why, (this.#skipped.get(why) ?? new Set()).add(task?.file.filepath ?? ""))
    }
    if (this.#log !== undefined) {
      writeSync(this.#log, `${type} | ${task === undefined ? "" : nameOf(task)}\n${content}\n`)
    }
  }

  override printTestModule(module: TestModule): void {
    const tests = [...module.children.allTests()]
    const failed = tests.filter((test) => test.result().state === "failed")
    const skipped = tests.filter((test) => test.result().state === "skipped")
    for (const test of tests) this.#count(test.meta().figures ?? {})
    const isFailed = module.state() === "failed"
    const counts = [
      `${tests.length} ${tests.length === 1 ? "test" : "tests"}`,
      ...(failed.length > 0 ? [`${failed.length} failed`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} skipped`] : [])
    ]
    const place = placeOf(module.moduleId)
    const seconds = `${(module.diagnostic().duration / 1_000).toFixed(1)} s`
    const line = inColumns(isFailed ? "✗" : "✓", place.package, place.name, counts.join(", "), seconds)
    this.log(line)
    // `runWatched.mjs` takes a run for hanging if nothing is written to the log.
    if (this.#log !== undefined) writeSync(this.#log, `${line}\n`)
    for (const test of failed) this.log(`    failed: ${test.fullName}`)
  }

  #count(added: Partial<Record<Figure, number>>): void {
    for (const figure of figures) this.#counted.set(figure, (this.#counted.get(figure) ?? 0) + (added[figure] ?? 0))
  }

  override reportTestSummary(...args: Parameters<DefaultReporter["reportTestSummary"]>): void {
    if (this.#skipped.size > 0) this.log("\nSkipped:")
    for (const [why, files] of this.#skipped) {
      const names = [...files].map((file) => relative(this.ctx.config.root, file))
      this.log(`  ${why}\n    in ${names.join("\n       ")}`)
    }
    const counted = [...this.#counted].filter(([, number]) => number > 0)
    if (counted.length > 0) this.log("\nCounted:")
    for (const [figure, number] of counted) this.log(`  ${number.toLocaleString("en").padStart(12)} ${figure}`)
    super.reportTestSummary(...args)
    this.log(`The output of the tests is in ${LOG}.`)
  }
}

const nameOf = (task: { readonly name: string; readonly suite?: { readonly name: string } | undefined }): string =>
  task.suite === undefined ? task.name : `${task.suite.name} > ${task.name}`
