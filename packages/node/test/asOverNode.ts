/** Compares the results of programs with Node's own file system and in roots. */
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

/**
 * Only the code of the error, for errors whose message differs from Node's. In Bun, the code is not a field that
 * can be copied.
 */
export const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (succeeded) => ({ succeeded }),
    (error: unknown) => error instanceof Error && "code" in error ? error.code : fields(error)
  )

/** The code of an error, its system call and its path. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    return { succeeded: await promise }
  } catch (error) {
    const { code, path, syscall } = error as NodeJS.ErrnoException // an error of Node's
    return [code, syscall, path]
  }
}

/** The code of the error that a function itself throws, not its promise. */
export const thrownBy = (run: () => unknown): Promise<unknown> => codeOf(new Promise((resolve) => resolve(run())))

/** Removes the path of the directory, which the results of a root do not contain. */
const withoutBase = (value: unknown, base: string): unknown => {
  if (typeof value === "string") return base === "" ? value : value.replaceAll(base, "")
  if (Array.isArray(value)) return value.map((one) => withoutBase(one, base))
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutBase(field, base)]))
}

const told = (run: Run, program: Program): Promise<unknown> =>
  run(async (fs, base) => withoutBase(await program(fs, base), base))

/** Programs that have other results with Bun's `node:fs` than with Node's. */
const other: ReadonlySet<string> = new Set(
  process.versions["bun"] === undefined ? [] : [
    // In Bun, it resolves to null.
    "access",
    // Bun takes several values that Node refuses, and `writeFile` of one of them destroys the file.
    "data of a wrong type",
    "encodings",
    // In Bun, entries are instances of another class.
    "entries that a program changes, and objects made from them",
    "modes of access and copyFile",
    // In Bun, a closed directory is closed and read without an error.
    "an open directory, with callbacks",
    "options that are not true or false",
    "parts of buffers",
    "signals",
    // In Bun, it is missing.
    "the entries of an open directory",
    // In Bun, reading into no buffers succeeds; in Node, it fails with EINVAL.
    "several buffers",
    // In Bun, a stream of a closed file fails with EBADF; in Node, with ERR_OUT_OF_RANGE.
    "streams of a closed file",
    // For a missing file, the error names the call truncate in Bun, and open in Node.
    "truncation"
  ]
)

/** In every kind of root, each program has the same result as with Node's file system. */
export const itIsAsOverNode = (programs: Readonly<Record<string, Program>>): void =>
  describe.each(["kernel", "walk", "sync", "memory"] as const)("the same results as with Node's fs: %s", (name) => {
    it.each(Object.entries(programs))("%s", async (title, program) => {
      const [inRoot, overNode] = [await told(runs[name], program), await told(runs.node, program)]
      if (other.has(title)) expect(inRoot).not.toEqual(overNode)
      else expect(inRoot).toEqual(overNode)
    })
  })
