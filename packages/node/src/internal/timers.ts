/** Node's timers and clock. They are read when this module is loaded, so that a test can replace the global ones. */
const { clearTimeout, performance, setImmediate, setTimeout } = globalThis

export {
  /** @internal */
  clearTimeout,
  /** @internal */
  performance,
  /** @internal */
  setImmediate,
  /** @internal */
  setTimeout
}
