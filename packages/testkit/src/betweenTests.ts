/**
 * Gives the event loop a turn after each test. Without one, a worker reads no answers from Vitest while it runs tests
 * that never wait. If they take more than a minute together, as the compiler does on a busy machine, Vitest reports a
 * timeout of `onTaskUpdate`, and does so again for every other file of this worker.
 */
import { statSync } from "node:fs"
import { afterEach } from "vitest"

// If the last file that was looked at is a fifo, Node 20 loads a module by a path with links, and does not find what it
// imports (`realpathSync` with a cache in `lib/fs.js` looks at the type from the last call).
statSync("/")

// A test can replace it by a fake one.
const { setImmediate } = globalThis

afterEach(() => new Promise<void>((resolve) => void setImmediate(resolve)))
