/** Helpers for fuzz targets. Each file in `test/fuzz` of a package exports one. */

/** A fuzz target: throws if something is wrong with these bytes. */
export type Fuzz = (bytes: Buffer) => void | Promise<void>

/** What the file of a target exports. */
export interface Target {
  readonly fuzz: Fuzz
  /** Removes what the target has made for all its inputs. The fuzzer, which ends the process, removes it itself. */
  readonly end?: () => Promise<void>
}

/** Replaces Node's `assert`, which without a message reads the source to build one. That exceeds the time limit. */
export function check(condition: boolean, failure: string | Error = "a check of the target failed"): asserts condition {
  if (!condition) throw failure instanceof Error ? failure : new Error(failure)
}

/** The time limit, in milliseconds of CPU time of instrumented code. */
const FIXED = 400
const PER_BYTE = 0.1

/** How often a slow input is run, since something else, such as compiling, can have slowed it down. */
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

/** Like `target`, for an asynchronous one. */
export const asyncTarget = (run: (bytes: Buffer) => Promise<void>): Fuzz => async (bytes) => {
  let fastest = Infinity
  for (let attempt = 0; attempt < ATTEMPTS && fastest > limitOf(bytes); attempt++) {
    const start = now()
    await run(bytes)
    fastest = Math.min(fastest, now() - start)
  }
  checkTime(bytes, fastest)
}
