/** Keeps the context of a program (`AsyncLocalStorage`) for functions that it passes. */

/**
 * Makes a function run in the context in which it was passed. Operations share the turns of the event loop, so otherwise
 * it could run in the context of another operation. Without Node, there are no contexts.
 *
 * @internal
 */
export const inOwnContext = <A, B>(run: (value: A) => B): (value: A) => B => {
  const hooks = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:async_hooks")
  return hooks === undefined ? run : hooks.AsyncResource.bind(run)
}
