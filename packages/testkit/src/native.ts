/** The C library, by koffi, which is loaded when it is first asked for: where there is none, tests can say so. */
import { createRequire } from "node:module"
import type Koffi from "koffi"

export const koffi = (): typeof Koffi => createRequire(import.meta.url)("koffi")
