/** Random calls on a few names in and around the watched directory. Some of them fail. */
import { generator } from "../generator.js"
import type { Case, Subject } from "./cases.js"

const LENGTH = 25

const names = [
  "/w",
  "/w/a",
  "/w/b",
  "/w/h",
  "/w/sub",
  "/w/sub/f",
  "/w/sub/deep",
  "/w/empty",
  "/w/new",
  "/out",
  "/out/c"
]

const bytes = new TextEncoder().encode("written")

type Call = (subject: Subject, path: string, other: string) => Promise<unknown>

const calls: ReadonlyArray<Call> = [
  ({ fs }, path) => fs.chmod(path, 0o755),
  ({ fs }, path) => fs.utimes(path, 1, 2),
  ({ fs }, path) => fs.truncate(path),
  ({ fs }, path) => fs.writeFile(path, bytes, { flag: "a" }),
  ({ fs }, path) => fs.writeFile(path, new Uint8Array(0), { flag: "wx" }),
  ({ fs }, path) => fs.makeDirectory(path),
  ({ fs }, path) => fs.remove(path),
  ({ fs }, path, other) => fs.symlink(other, path),
  ({ fs }, path, other) => fs.link(path, other),
  ({ fs }, path, other) => fs.rename(path, other),
  ({ directory }, path, other) => directory.rename(path, other, { mode: "exchange" }),
  ({ open }, path) => open(path),
  async ({ files }) => files.at(-1)?.write(bytes),
  async ({ files }) => files.at(0)?.truncate(0),
  async ({ files }) => files.shift()?.close()
]

/** A random case. The same seed gives the same calls. */
export const randomCase = (seed: number): Case => {
  const { pick } = generator(seed)
  const steps = Array.from({ length: LENGTH }, () => {
    const [call, path, other] = [pick(calls), pick(names), pick(names)]
    return (subject: Subject) => call(subject, path, other).catch(() => {})
  })
  return { name: `SEED=${seed}`, isNative: true, steps }
}
