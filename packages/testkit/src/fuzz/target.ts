/** What the fuzzer runs: a function of bytes, which throws if something is wrong. A file in `test/fuzz` of a package exports one. */

export type Fuzz = (bytes: Buffer) => void | Promise<void>

/** `assert` without a message looks for one in the source, which takes as long as something that never ends. */
export function check(condition: boolean, failure: string | Error = "a check of the target failed"): asserts condition {
  if (!condition) throw failure instanceof Error ? failure : new Error(failure)
}

/** Milliseconds of the processor's time, of code that is instrumented. */
const FIXED = 400
const PER_BYTE = 0.1

/** An input that is slow is run again, as something else may have been done in its time, such as compiling. */
const ATTEMPTS = 3

const limitOf = (bytes: Buffer): number => FIXED + PER_BYTE * bytes.length

const now = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1000
}

const checkTime = (bytes: Buffer, time: number): void => {
  const limit = limitOf(bytes)
  if (time > limit) {
    throw new Error(`${bytes.length} bytes took ${time.toFixed()} ms; the limit is ${limit.toFixed()} ms`)
  }
}

/** A target that also fails if an input takes too long for its length. */
export const target = (run: (bytes: Buffer) => void): Fuzz => (bytes) => {
  let fastest = Infinity
  for (let attempt = 0; attempt < ATTEMPTS && fastest > limitOf(bytes); attempt++) {
    const start = now()
    run(bytes)
    fastest = Math.min(fastest, now() - start)
  }
  checkTime(bytes, fastest)
}

/** The same for one that waits for something. */
export const asyncTarget = (run: (bytes: Buffer) => Promise<void>): Fuzz => async (bytes) => {
  let fastest = Infinity
  for (let attempt = 0; attempt < ATTEMPTS && fastest > limitOf(bytes); attempt++) {
    const start = now()
    await run(bytes)
    fastest = Math.min(fastest, now() - start)
  }
  checkTime(bytes, fastest)
}
