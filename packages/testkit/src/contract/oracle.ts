/** Gets the report of Node's own file system in a real `chroot` for each case. */
import { build } from "esbuild"
import { spawn } from "node:child_process"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { chrooting } from "../namespace.js"
import { cases } from "./cases.js"
import { remembered } from "../remembered.js"
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
    // Comments in the program name the sources relative to it. The working directory differs between test processes.
    absWorkingDir: here(),
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
      // Without TMPDIR, the default directory for temporary files is `/tmp` in the root. The cases depend on TESTS.
      env: { PATH: process.env["PATH"], TESTS: process.env["TESTS"] },
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

let reports: Promise<ReadonlyMap<string, Report>> | undefined

/** The report of every case, by the id of the case. Asked once per process. */
export const oracle = (): Promise<ReadonlyMap<string, Report>> =>
  reports ??= program()
    .then((code) => remembered("oracle", [code, node, chrooting[0] ?? "", String(cases.length)], () => ask(code)))
    .then((text) => new Map<string, Report>(JSON.parse(text)))
