/** Loads the native calls, or says why it cannot. */
import type { Bind, Binding } from "../../Native.js"
import { bind, type Openat2 } from "./openat2.js"
import * as koffi from "./providers/koffi.js"

let loaded: { readonly openat2: Openat2 } | undefined

/** @internal */
export const load = (): Binding => {
  try {
    return loaded ??= { openat2: bind(koffi.load()) }
  } catch (error) {
    const { message } = error as Error // a provider throws nothing else
    return { openat2: undefined, reason: message }
  }
}

const withoutOpenat2: Bind = () => ({ openat2: undefined, reason: "the option \"strategy\" asks for it" })

/** @internal */
export const bindFor = (strategy: "kernel" | "walk" | undefined): Bind | undefined =>
  strategy === "walk" ? withoutOpenat2 : undefined
