/**
 * Node's own timers and clock: a test replaces the global ones, even before this module is loaded. `node:test` then
 * replaces those of `node:timers` too, but nothing stops without `setTimeout`.
 */
export {
  /** @internal */
  performance
} from "node:perf_hooks"
export {
  /** @internal */
  clearTimeout,
  /** @internal */
  setTimeout
} from "node:timers"
