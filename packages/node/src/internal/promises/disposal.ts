/**
 * The symbols of `using` and `await using`. A realm may not have them, as in Safari, or in the `vmThreads` of vitest
 * before Node 24. There, the code that esbuild, Babel or SWC makes of `using` looks for the registered symbols.
 */

// A symbol of the registry takes the place of the one that the type stands for.
const registered = <S extends symbol>(name: string): S => Symbol.for(name) as S

/** @internal */
export const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? registered("Symbol.asyncDispose")

/** @internal */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? registered("Symbol.dispose")
