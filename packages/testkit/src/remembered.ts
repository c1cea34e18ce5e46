/** Keeps what takes long to ask of the kernel, in files that other test files and later runs read. */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { release } from "node:os"
import { fileURLToPath } from "node:url"
import { locked } from "./lock.js"

const cache = fileURLToPath(new URL("../node_modules/.cache", import.meta.url))

/** The file for the answer called `name`. `parts` are what it depends on besides Node and the kernel. */
const fileOf = (name: string, parts: ReadonlyArray<string>): string => {
  const key = createHash("sha256").update([...parts, process.version, release()].join("\0")).digest("hex")
  return `${cache}/${name}-${key}.json`
}

/** Whether the answer is known, so that it need not be asked. */
export const isRemembered = (name: string, parts: ReadonlyArray<string>): boolean => existsSync(fileOf(name, parts))

/** The answer called `name`, asked again when `parts` change. Older answers with that name are removed. */
export const remembered = async (
  name: string,
  parts: ReadonlyArray<string>,
  ask: () => Promise<string>
): Promise<string> => {
  const file = fileOf(name, parts)
  mkdirSync(cache, { recursive: true })
  // Several test files start at the same time. One of them asks, and the others wait for its answer.
  using _ = await locked(`${cache}/${name}.lock`)
  if (existsSync(file)) return readFileSync(file, "utf8")
  const answer = await ask()
  const isOld = (other: string) => other.startsWith(`${name}-`) && other.endsWith(".json")
  for (const old of readdirSync(cache).filter(isOld)) rmSync(`${cache}/${old}`, { force: true })
  writeFileSync(`${file}.${process.pid}`, answer)
  renameSync(`${file}.${process.pid}`, file)
  return answer
}
