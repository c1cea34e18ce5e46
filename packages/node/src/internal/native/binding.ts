/** Loads koffi, or says why it cannot: it may be missing, or its binary for this machine may be missing or damaged. */
import { createRequire } from "node:module"
import type { Bind, Binding } from "../../Native.js"
import { isWhole } from "./elf.js"
import type { Koffi } from "./koffi.js"
import { bind, type Openat2 } from "./openat2.js"

/**
 * koffi decides which binary it loads, so each one is checked just before. Loading is synchronous: nothing else is
 * loaded in between.
 */
const checked = <A>(load: () => A): A => {
  const { dlopen } = process
  process.dlopen = (module: object, path: string, ...rest) => {
    if (!isWhole(path)) throw new Error(`${path} is cut off`)
    dlopen.call(process, module, path, ...rest)
  }
  try {
    return load()
  } finally {
    process.dlopen = dlopen
  }
}

/**
 * The package of the binary for this machine, which exports all of koffi but what is deprecated. The package `koffi` has
 * an install script, of which package managers warn.
 */
const binary = `@koromix/koffi-linux-${process.arch}`

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException // `require` throws nothing else
  if (code === "MODULE_NOT_FOUND" && message.includes(`'${binary}'`)) return "koffi is not installed"
  return `koffi cannot be loaded: ${message.split("\n", 1)[0]}`
}

let loaded: { readonly openat2: Openat2 } | undefined

/** @internal */
export const load = (): Binding => {
  try {
    return loaded ??= { openat2: bind(checked(() => createRequire(import.meta.url)(binary) as Koffi)) }
  } catch (error) {
    return { openat2: undefined, reason: reasonOf(error) }
  }
}

const withoutOpenat2: Bind = () => ({ openat2: undefined, reason: "the option \"strategy\" asks for it" })

/** @internal */
export const bindFor = (strategy: "kernel" | "walk" | undefined): Bind | undefined =>
  strategy === "walk" ? withoutOpenat2 : undefined
