/** Makes random changes in a tree, with Node's own calls and from a seed. */
import { generator } from "@procfsroot/testkit/generator"
import * as Fs from "node:fs"

/** The names as bytes in latin1. Some are not UTF-8 or contain a newline. */
const NAMES = ["a", "b", "c", "d", "n\nl", "\xff\xfe", "a-"]

/** A path of at most three names. The first ones in the list are the most likely. */
export const randomPath = (next: (below: number) => number): string =>
  Array.from({ length: 1 + next(3) }, () => `/${NAMES[Math.min(next(NAMES.length), next(NAMES.length))]}`).join("")

const bytes = (path: string): Buffer => Buffer.from(path, "latin1")

const isRoot = process.getuid?.() === 0

/**
 * The errors that are expected, and after which nothing has changed: for example a missing parent, an existing name, or
 * a directory that cannot be linked.
 */
const expected = new Set(["ENOENT", "ENOTDIR", "EEXIST", "EISDIR", "ENOTEMPTY", "EXDEV", "EINVAL", "ELOOP", "EPERM"])

/** Since Node 24, `rmSync` fails for a link that leads to itself. */
const remove = (path: Buffer): void => {
  if (Fs.lstatSync(path).isDirectory()) Fs.rmSync(path, { recursive: true })
  else Fs.unlinkSync(path)
}

export const change = (place: string, seed: number, times: number, links = true): void => {
  const { random: next } = generator(seed)
  const pick = () => bytes(place + randomPath(next))
  const operations: ReadonlyArray<() => void> = [
    () => Fs.writeFileSync(pick(), "x".repeat(next(3))),
    () => Fs.mkdirSync(pick(), { recursive: next(2) === 0 }),
    () => Fs.mkdirSync(pick()),
    () => remove(pick()),
    () => {
      const path = pick()
      if (Fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) remove(path)
      Fs.mkdirSync(path)
    },
    () => Fs.renameSync(pick(), pick()),
    () => Fs.renameSync(pick(), pick()),
    () => links ? Fs.linkSync(pick(), pick()) : undefined,
    () => Fs.symlinkSync(next(2) === 0 ? "a" : "b", pick()),
    () => Fs.chmodSync(pick(), [0o700, 0o755, 0o4711][next(3)] ?? 0),
    () => Fs.lutimesSync(pick(), next(3) + 0.5, next(3) + 0.5),
    () => Fs.chownSync(pick(), isRoot ? next(2) : -1, isRoot ? next(2) : -1),
    () => Fs.closeSync(Fs.openSync(pick(), "a")),
    () => Fs.truncateSync(pick(), next(3))
  ]
  for (let i = 0; i < times; i++) {
    try {
      operations[next(operations.length)]?.()
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : ""
      if (!expected.has(code)) throw error
    }
  }
}
