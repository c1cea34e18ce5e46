/** Compares what programs come to over Node's own file system and in roots. */
import { describe, expect, it } from "vitest"
import { type Fs, type Run, runs } from "./fileSystems.js"

export type Program = (fs: Fs, base: string) => Promise<unknown>

/** An error's own fields and its message. */
const fields = (error: unknown): unknown =>
  error instanceof Error ? { ...error, message: error.message, isTypeError: error instanceof TypeError } : error

export const errorOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    return { succeeded: await promise }
  } catch (error) {
    return fields(error)
  }
}

/** The code alone, where Node's wording is its own. In Bun it is not a field that can be copied. */
export const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (succeeded) => ({ succeeded }),
    (error: unknown) => error instanceof Error && "code" in error ? error.code : fields(error)
  )

/** The code of what a function throws, and not its promise. */
export const thrownBy = (run: () => unknown): Promise<unknown> => codeOf(new Promise((resolve) => resolve(run())))

/** Without the path of the directory, which a root does not show. */
const withoutBase = (value: unknown, base: string): unknown => {
  if (typeof value === "string") return base === "" ? value : value.replaceAll(base, "")
  if (Array.isArray(value)) return value.map((one) => withoutBase(one, base))
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutBase(field, base)]))
}

const told = (run: Run, program: Program): Promise<unknown> =>
  run(async (fs, base) => withoutBase(await program(fs, base), base))

/** Programs that come to something else over the `node:fs` of Bun than over that of Node. */
const other: ReadonlySet<string> = new Set(
  process.versions["bun"] === undefined ? [] : [
    // It resolves to null.
    "access",
    // It reads into no buffers, which is EINVAL in Node.
    "several buffers",
    // A stream of a closed file is EBADF, and ERR_OUT_OF_RANGE in Node.
    "streams of a closed file",
    // The call that has failed for a missing file is truncate, and open in Node.
    "truncation"
  ]
)

/** Over every kind of root, each program comes to what it comes to over Node. */
export const itIsAsOverNode = (programs: Readonly<Record<string, Program>>): void =>
  describe.each(["kernel", "walk", "memory"] as const)("fs by injection: %s", (name) => {
    it.each(Object.entries(programs))("%s", async (title, program) => {
      const [inRoot, overNode] = [await told(runs[name], program), await told(runs.node, program)]
      if (other.has(title)) expect(inRoot).not.toEqual(overNode)
      else expect(inRoot).toEqual(overNode)
    })
  })
