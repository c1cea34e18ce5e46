/** What the command `cp` prints while it copies: why a file was not copied, the paths of a dry run, and the progress. */
import { writtenOrAborted } from "../interrupt.js"
import { complain, complainOf, counted, legible, write } from "../output.js"
import { Progress } from "../progress.js"
import type { CopyEvent, CopySummary } from "./events.js"

/** Messages are printed at the latest when this many are waiting, otherwise at the end of a tree. */
const MOST_TOLD = 1_000

const why = (reason: string | undefined): string => reason === undefined ? "" : `: ${reason}`

/** The message to print for an event, if there is one. */
const sentenceOf = (event: CopyEvent): string | undefined => {
  switch (event.type) {
    case "failed":
      return `${legible(event.path)} was not copied${why(event.why)}.`
    case "skipped":
      return `${legible(event.path)} was left out${why(event.why)}.`
    case "kept":
      return `${legible(event.path)} was not copied, since its destination exists already.`
    case "copied":
      return event.why === undefined ? undefined : `${legible(event.path)} was copied, but ${event.why}.`
    case "progress":
      return undefined
  }
}

const isFailure = (event: CopyEvent): boolean =>
  event.type === "failed" || event.type === "skipped" || (event.type === "copied" && event.isFailure === true)

/** The message if the copy was interrupted. */
export const lastSentence = (
  summaries: ReadonlyArray<CopySummary>,
  isStream: boolean,
  reason: string
): string | undefined => {
  const sum = (key: "bytes" | "copied" | "directories") => summaries.reduce((total, summary) => total + summary[key], 0)
  if (summaries.every(({ interrupted }) => !interrupted)) return undefined
  return `${reason}: ${counted(sum("copied") - sum("directories"), "file")} with ${
    counted(sum("bytes"), "byte")
  } had been copied, and ${isStream ? "the archive is incomplete" : "no file is half-written"}.`
}

export class Messages {
  readonly #dryRun: boolean
  readonly #interrupt: AbortController
  readonly #progress = new Progress()
  readonly #told: Array<string> = []
  /** The paths that a dry run prints. */
  readonly #listed: Array<string> = []
  #unsaid: { readonly error: unknown } | undefined

  /** If something cannot be printed, `interrupt` ends the copy. */
  constructor(dryRun: boolean, interrupt: AbortController) {
    this.#dryRun = dryRun
    this.#interrupt = interrupt
  }

  /** Takes an event, which is printed later. */
  readonly on = (event: CopyEvent): void => {
    this.#progress.on(event)
    const sentence = sentenceOf(event)
    if (sentence !== undefined) this.#told.push(sentence)
    if (isFailure(event)) process.exitCode = 1
    if (this.#dryRun && event.type === "copied") this.#listed.push(legible(event.path))
    if (this.#told.length + this.#listed.length < MOST_TOLD) return
    this.say().catch((error: unknown) => {
      this.#unsaid ??= { error }
      this.#interrupt.abort()
    })
  }

  /** Prints what is waiting. */
  readonly say = async (): Promise<void> => {
    this.clear()
    const sentences = this.#told.splice(0)
    const paths = this.#listed.splice(0)
    if (sentences.length > 0) await this.#printed(complain(sentences.join("\n")))
    if (paths.length > 0) await this.#printed(write(`${paths.join("\n")}\n`))
  }

  /** Prints why something was not copied. */
  async fail(text: string): Promise<void> {
    await this.#printed(complainOf(text))
  }

  /** Throws the error if an event could not be printed. */
  check(): void {
    if (this.#unsaid !== undefined) throw this.#unsaid.error
  }

  /** Removes the progress from the terminal. */
  clear(): void {
    this.#progress.clear()
  }

  #printed(printing: Promise<void>): Promise<void> {
    return writtenOrAborted(printing, this.#interrupt.signal)
  }
}
