/** What Node's own file system answers in a real `chroot`, case by case. */
import { build } from "esbuild"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { release } from "node:os"
import { fileURLToPath } from "node:url"
import { locked } from "../lock.js"
import { chrooting } from "../namespace.js"
import { node } from "../runtime.js"
import type { Report } from "./model.js"

/** The package, from which the child finds what it imports. */
function here(): string {
  return fileURLToPath(new URL("../..", import.meta.url))
}

/** The child's program, out of the sources, so that no stale build answers. */
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

const ask = (code: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const [program = "", ...args] = [...chrooting, node, "--input-type=module", "-"]
    const child = spawn(program, args, {
      cwd: here(),
      // The default directory for temporary files is to be the root's own.
      env: { PATH: process.env["PATH"] },
      stdio: ["pipe", "pipe", "inherit"]
    })
    let answers = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => answers += text)
    child.once("error", reject)
    child.once("close", (code) => code === 0 ? resolve(answers) : reject(new Error(`the oracle ended with ${code}`)))
    child.stdin.end(code)
  })

/** The same program on the same system says the same: what it said is kept for the other test files. */
const remembered = async (code: string): Promise<string> => {
  const cache = `${here()}/node_modules/.cache`
  const key = createHash("sha256").update([code, node, process.version, release(), chrooting[0]].join("\0")).digest(
    "hex"
  )
  const file = `${cache}/oracle-${key}.json`
  mkdirSync(cache, { recursive: true })
  // Several test files begin at once; one of them asks, and the others wait for its answers.
  using _ = await locked(`${file}.lock`)
  if (existsSync(file)) return readFileSync(file, "utf8")
  const answers = await ask(code)
  for (const old of readdirSync(cache)) if (/^oracle-\w+\.json$/.test(old)) rmSync(`${cache}/${old}`, { force: true })
  writeFileSync(`${file}.${process.pid}`, answers)
  renameSync(`${file}.${process.pid}`, file)
  return answers
}

let reports: Promise<ReadonlyMap<string, Report>> | undefined

/** Every case's report by the case's id; asked once in a process. */
export const oracle = (): Promise<ReadonlyMap<string, Report>> =>
  reports ??= program().then(remembered).then((text) => new Map<string, Report>(JSON.parse(text)))
