/** Loads koffi, which calls the C library, when it is first needed. If it is missing, tests can report that. */
import { createRequire } from "node:module"
import { getSystemErrorName } from "node:util"
import type Koffi from "koffi"

export const koffi = (): typeof Koffi => createRequire(import.meta.url)("koffi")

/** The result of a call of the C library, which has just ended, or an error with its code. */
export const checked = (result: number, call: string): number => {
  if (result >= 0) return result
  const code = getSystemErrorName(-koffi().errno())
  throw Object.assign(new Error(`${call} failed (${code})`), { code })
}
