/** Shows the progress of a copy in a line on a terminal. Elsewhere it shows nothing. */
import type { CopyEvent } from "./copy/events.js"
import { counted, isDumb } from "./output.js"

/** The milliseconds between two updates. */
const PAUSE = 200

const units = ["B", "KiB", "MiB", "GiB", "TiB"]

const sizeOf = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/** The longest line that does not continue in the next one, since only the last one is cleared. */
const widthOf = ({ columns }: { readonly columns?: number | undefined }): number | undefined =>
  columns === undefined || columns < 2 ? undefined : columns - 1

const CLEAR = "\r\u001b[K"

export class Progress {
  readonly #isShown = process.stderr.isTTY === true && !isDumb()
  readonly #began = performance.now()
  #files = 0
  #bytes = 0
  #last = 0
  #hasLine = false

  on(event: CopyEvent): void {
    if (event.type === "copied") {
      if (event.isDirectory !== true) this.#files++
      this.#bytes += event.bytes
    }
    const now = performance.now()
    if (!this.#isShown || now - this.#last < PAUSE) return
    this.#last = now
    const bytes = this.#bytes + (event.type === "progress" ? event.bytes : 0)
    const rate = bytes / ((now - this.#began) / 1_000)
    const line = `${counted(this.#files, "file")}, ${sizeOf(bytes)}, ${sizeOf(rate)}/s`
    process.stderr.write(`${CLEAR}${line.slice(0, widthOf(process.stderr))}`)
    this.#hasLine = true
  }

  /** Removes the line, before anything else is printed. */
  clear(): void {
    if (this.#hasLine) process.stderr.write(CLEAR)
    this.#hasLine = false
  }
}
