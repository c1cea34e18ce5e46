/** Chooses and loads the library that makes the native calls, or reports why there is none. */
import * as Policy from "@procfsroot/path/Policy"
import { isMainThread } from "node:worker_threads"
import type { Bind, Binding, Choice, Provider, Wanted } from "../../Native.js"
import type { Library } from "./library.js"
import { isBun, isDeno } from "../runtime.js"
import { bind } from "./openat2.js"
import * as bunFfi from "./providers/bunFfi.js"
import * as denoFfi from "./providers/denoFfi.js"
import * as koffi from "./providers/koffi.js"
import * as nodeFfi from "./providers/nodeFfi.js"

interface Candidate {
  readonly name: Provider
  /** Throws an `Error` with the reason if it cannot be loaded. */
  readonly load: () => Library
  /** Why it is chosen, if it is the first candidate. */
  readonly reason: string
}

const viaKoffi: Candidate = { name: "koffi", load: koffi.load, reason: "koffi is installed" }
const viaNode: Candidate = { name: "node:ffi", load: nodeFfi.load, reason: "Node has it" }
const viaBun: Candidate = { name: "bun:ffi", load: bunFfi.load, reason: "Bun has it" }

const viaDeno: Candidate = { name: "Deno.dlopen", load: denoFfi.load, reason: "Deno has it" }

const ofRuntime = (): Candidate => {
  if (isDeno) return viaDeno
  return isBun ? viaBun : viaNode
}

const own = ofRuntime()

const candidates: Readonly<Record<Exclude<Choice, "none">, ReadonlyArray<Candidate>>> = {
  // `node:ffi` prints a warning when it is loaded.
  auto: own === viaNode ? [viaKoffi, own] : [own, viaKoffi],
  koffi: [viaKoffi],
  runtime: [own]
}

const choose = (choice: Exclude<Choice, "none">): Binding => {
  const failures: Array<string> = []
  for (const { load, name, reason } of candidates[choice]) {
    try {
      const openat2 = bind(load())
      const why = choice === "auto" ? failures[0] ?? reason : "the option \"native\" asks for it"
      return { openat2, native: { name, reason: why } }
    } catch (error) {
      failures.push((error as Error).message) // a provider throws nothing else
    }
  }
  return { openat2: undefined, reason: failures.join(", and ") }
}

/** The libraries that were loaded. A failed one is tried again, since it may have failed for lack of descriptors. */
const chosen = new Map<Choice, Binding>()

let isWarned = false

/** Warns once per process. `strategy.reason` of each root has the reason too. */
const warn = (reason: string): void => {
  if (isWarned || !isMainThread) return
  isWarned = true
  process.emitWarning(`procfsroot looks up paths name by name, without native calls: ${reason}.`, {
    code: "PROCFSROOT_NO_NATIVE_CALLS",
    detail:
      "Roots stay as safe as with them, but are slower. The option native: \"none\" asks for this, without a warning."
  })
}

const loadOnce = (choice: Exclude<Choice, "none">): Binding => {
  const binding = chosen.get(choice) ?? choose(choice)
  if (binding.openat2 === undefined) warn(binding.reason)
  else chosen.set(choice, binding)
  return binding
}

/** @internal */
export const load: Bind = () => loadOnce("auto")

const withoutOpenat2 = (option: string): Bind => () => ({
  openat2: undefined,
  reason: `the option "${option}" asks for it`
})

/** @internal */
export const bindFor = (options: Wanted): Bind => {
  const strategy = Policy.choose("strategy", ["kernel", "walk"], options.strategy ?? "kernel")
  const native = Policy.choose("native", ["auto", "koffi", "runtime", "none"], options.native ?? "auto")
  if (strategy === "walk") return withoutOpenat2("strategy")
  return native === "none" ? withoutOpenat2("native") : () => loadOnce(native)
}
