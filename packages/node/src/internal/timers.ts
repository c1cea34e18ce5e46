/** Node's own timers and clock: a test replaces the global ones, even before this module is loaded. */
export {
  /** @internal */
  performance
} from "node:perf_hooks"
export {
  /** @internal */
  clearTimeout,
  /** @internal */
  setImmediate,
  /** @internal */
  setTimeout
} from "node:timers"
