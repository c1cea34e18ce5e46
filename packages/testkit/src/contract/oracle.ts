/** Gets the report of Node's own file system in a real `chroot` for each case. */
import { build } from "esbuild"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, release } from "node:os"
import { fileURLToPath } from "node:url"
import { locked } from "../lock.js"
import { chrooting } from "../namespace.js"
import { node } from "../runtime.js"
import type { Report } from "./model.js"

/** The directory of this package, from which the child resolves its imports. */
function here(): string {
  return fileURLToPath(new URL("../..", import.meta.url))
}

/** The program of the child, built from the sources, so that no outdated build answers. */
const program = async (): Promise<string> => {
  const entry = fileURLToPath(new URL("./oracleChild", import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    packages: "external",
    platform: "node",
    write: false
  })
  return outputFiles[0]?.text ?? ""
}

/** The reports of every `shares`th case from the case number `share` on. */
const askShare = (code: string, share: number, shares: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const [program = "", ...args] = [...chrooting, node, "--input-type=module", "-", String(share), String(shares)]
    const child = spawn(program, args, {
      cwd: here(),
      // Without TMPDIR, the default directory for temporary files is `/tmp` in the root.
      env: { PATH: process.env["PATH"] },
      stdio: ["pipe", "pipe", "inherit"]
    })
    let answers = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => answers += text)
    child.once("error", reject)
    child.once("close", (code) => code === 0 ? resolve(answers) : reject(new Error(`the oracle ended with ${code}`)))
    child.stdin.end(code)
  })

/** Asks in a process per core, since other test files wait for the answers. */
const ask = async (code: string): Promise<string> => {
  const shares = availableParallelism()
  const texts = await Promise.all(Array.from({ length: shares }, (_, share) => askShare(code, share, shares)))
  return JSON.stringify(texts.flatMap((text) => JSON.parse(text)))
}

/** Caches the answers for other test files. The same program gives the same answers on the same system. */
const remembered = async (code: string): Promise<string> => {
  const cache = `${here()}/node_modules/.cache`
  const key = createHash("sha256").update([code, node, process.version, release(), chrooting[0]].join("\0")).digest(
    "hex"
  )
  const file = `${cache}/oracle-${key}.json`
  mkdirSync(cache, { recursive: true })
  // Several test files start at the same time. One of them asks, and the others wait for its answers.
  using _ = await locked(`${file}.lock`)
  if (existsSync(file)) return readFileSync(file, "utf8")
  const answers = await ask(code)
  for (const old of readdirSync(cache)) if (/^oracle-\w+\.json$/.test(old)) rmSync(`${cache}/${old}`, { force: true })
  writeFileSync(`${file}.${process.pid}`, answers)
  renameSync(`${file}.${process.pid}`, file)
  return answers
}

let reports: Promise<ReadonlyMap<string, Report>> | undefined

/** The report of every case, by the id of the case. Asked once per process. */
export const oracle = (): Promise<ReadonlyMap<string, Report>> =>
  reports ??= program().then(remembered).then((text) => new Map<string, Report>(JSON.parse(text)))
