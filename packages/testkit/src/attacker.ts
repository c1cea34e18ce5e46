/** Starts a process that renames files while another process uses them (`renameat2(2)`, RENAME_EXCHANGE). */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import { count } from "./report/figures.js"

export interface AttackStep {
  /** `move` moves `from` to `to` and back; `exchange` swaps the two. */
  readonly how: "exchange" | "move"
  readonly from: string
  readonly to: string
}

export interface AttackPlan {
  readonly steps: ReadonlyArray<AttackStep>
  /** Paths that can be fifos. Processes that wait in an open of one are released when the time is over. */
  readonly fifos?: ReadonlyArray<string>
  /** The attack ends by itself after this time, or after this number of rounds. */
  readonly milliseconds: number
  readonly rounds: number
}

export interface AttackReport {
  /** Why it ended: `asked`, unless the victim took longer than the attack. */
  readonly ended: "asked" | "time" | "rounds"
  /** How many renames succeeded, and how many failed. */
  readonly made: number
  readonly failed: number
}

export interface Attack extends AsyncDisposable {
  /** Ends the attack, and waits until its process is gone. */
  readonly stop: () => Promise<AttackReport>
}

const child = fileURLToPath(new URL("../attackerChild.mjs", import.meta.url))

/** How long the process can take to report what it did, in milliseconds. */
const PATIENCE = 10_000

/**
 * Starts an attack, in a test. It is running when the promise is fulfilled. It ends at the latest with the test, also if
 * the test times out and continues, or if its process is killed.
 */
export const attack = (plan: AttackPlan): Promise<Attack> =>
  new Promise((started, failed) => {
    const running = spawn(process.execPath, [child, JSON.stringify({ fifos: [], ...plan })], { stdio: "pipe" })
    let output = ""
    let trouble = ""
    running.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (output.startsWith("ready\n")) started({ stop, [Symbol.asyncDispose]: gone })
    })
    running.stderr.setEncoding("utf8").on("data", (text: string) => trouble += text)
    const closed = new Promise<void>((resolve) => running.once("close", () => resolve()))
    running.once("error", failed)
    running.once("close", () => failed(new Error(`no attack: ${trouble.trim()}`)))
    onTestFinished(() => gone())
    const gone = async (): Promise<void> => {
      running.stdin.end()
      const timer = setTimeout(() => running.kill("SIGKILL"), PATIENCE)
      await closed
      clearTimeout(timer)
    }
    const stop = async (): Promise<AttackReport> => {
      await gone()
      const [, report = ""] = output.split("\n")
      if (report === "") throw new Error(`the attack ended without a report: ${trouble.trim()}`)
      const read = JSON.parse(report) as AttackReport // what the child prints
      count("renames by attackers", read.made)
      return read
    }
  })
