/** Loads koffi, which calls the C library, when it is first needed. If it is missing, tests can report that. */
import { createRequire } from "node:module"
import type Koffi from "koffi"

export const koffi = (): typeof Koffi => createRequire(import.meta.url)("koffi")
