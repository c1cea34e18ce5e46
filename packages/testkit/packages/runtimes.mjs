// Downloads runtimes as packages from the npm registry, and runs commands.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

/** By name: the package, its version, and the binary in it. */
const packages = {
  "node20.17": ["node", "20.17.0", "node/bin/node"],
  node22: ["node", "22", "node/bin/node"],
  node24: ["node", "24", "node/bin/node"],
  node26: ["node", "26", "node/bin/node"],
  bun: ["bun", "^1.4.0", ".bin/bun"],
  deno: ["deno", "^2.9.0", ".bin/deno"]
}

const execute = async (cwd, command, args) => {
  try {
    return await promisify(execFile)(command, args, { cwd, maxBuffer: 1 << 26 })
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")} in ${cwd}\n${error.stdout}${error.stderr}`, { cause: error })
  }
}

/** Everything that a command prints, on both streams. */
export const run = async (cwd, command, ...args) => {
  const { stderr, stdout } = await execute(cwd, command, args)
  return stdout + stderr
}

/** What a command prints to standard output, without its warnings. */
export const answerOf = async (cwd, command, ...args) => (await execute(cwd, command, args)).stdout

/** The path of a runtime's binary. Installs it in the directory if it is missing. */
export const install = async (directory, name) => {
  const [dependency, version, binary] = packages[name]
  const project = join(directory, name)
  const path = join(project, "node_modules", binary)
  if (existsSync(path)) return path
  mkdirSync(project, { recursive: true })
  const manifest = { private: true, dependencies: { [dependency]: version } }
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest))
  await run(project, "npm", "install", "--no-audit", "--no-fund")
  return path
}
