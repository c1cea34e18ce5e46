// `npm run test:packages [-- WORD…]`: packs the packages and uses them like a user: each edition installed by each
// package manager, run on each runtime, compiled by each release of TypeScript and with the types of each Node, with the
// lowest and the highest version of Effect, and bundled for a browser. It prints a table, and fails if a row fails. With
// words, it only tries the rows whose names contain one of them. It downloads runtimes and compilers, so it is not part
// of `npm test`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundlers } from "./bundlers.mjs"
import { installQuietly, managers } from "./managers.mjs"
import { repository } from "./pack.mjs"
import { editions, inBrowser } from "./programs.mjs"
import { lowestNodeTypes, packEditions, write, writeProject, writeWorkspace } from "./projects.mjs"
import { install, run } from "./runtimes.mjs"
import { makeTable } from "./table.mjs"

const words = process.argv.slice(2)
const isWanted = (name) => words.length === 0 || words.some((word) => name.includes(word))

const nodes = ["node20.17", "node22", "node24", "node26"]
const compilers = ["5.6", "5.7", "5.8", "5.9", "6.0", "7.0"]

const directory = mkdtempSync(join(tmpdir(), "procfsroot-packages-"))
const cache = join(repository, "node_modules/.cache/runtimes")
mkdirSync(cache, { recursive: true })
const table = makeTable()

const row = (name, steps) => isWanted(name) ? table.row(name, steps) : undefined

const lastLine = (output) => output.trim().split("\n").at(-1)

/** The installed version of Effect, as a note for the table. */
const effectIn = (project) => {
  try {
    return `effect ${JSON.parse(readFileSync(join(project, "node_modules/effect/package.json"), "utf8")).version}`
  } catch {
    return undefined // The edition for promises has no Effect, and Plug'n'Play no `node_modules`.
  }
}

/** One project per edition, installed by npm and shared by several rows. */
const projects = new Map()
const projectOf = async (name, tarballs) => {
  const known = projects.get(name)
  if (known !== undefined) return known
  const project = join(directory, `shared-${name}`)
  writeProject(project, editions[name], tarballs, { manager: "npm" })
  await installQuietly("npm", project)
  await managers.npm.compile(project)
  projects.set(name, project)
  return project
}

const byManagers = async (tarballs, bun) => {
  for (const manager of Object.keys(managers)) {
    const { compile, run: runIn } = managers[manager]
    for (const [name, edition] of Object.entries(editions)) {
      const project = join(directory, `${name}-${manager.replace(" ", "-")}`)
      await row(`installed by ${manager}, ${name}`, {
        install: async () => {
          writeProject(project, edition, tarballs, { manager })
          await installQuietly(manager, project, await bun())
          return effectIn(project)
        },
        types: () => compile(project).then(() => undefined),
        run: async () => {
          await runIn(project, "fakes.js")
          return lastLine(await runIn(project, "main.js"))
        }
      })
    }
  }
}

const byWorkspaces = async (tarballs, bun) => {
  for (const manager of ["npm", "pnpm", "bun"]) {
    const workspace = join(directory, `workspace-${manager}`)
    const members = Object.keys(editions).map((name) => join(workspace, name))
    const inEach = async (work) => {
      for (const member of members) await work(member)
    }
    await row(`installed by ${manager}, all editions in one workspace`, {
      install: async () => {
        writeWorkspace(workspace, manager, tarballs)
        await installQuietly(manager, workspace, await bun())
      },
      types: () => inEach(managers[manager].compile),
      run: () => inEach((member) => managers[manager].run(member, "main.js"))
    })
  }
}

const byPeers = async (tarballs) => {
  for (const name of ["effect3", "effect4"]) {
    const project = join(directory, `${name}-lowest`)
    await row(`the lowest version of Effect, ${name}`, {
      install: async () => {
        writeProject(project, editions[name], tarballs, { manager: "npm", peersAt: "lowest" })
        await installQuietly("npm", project)
        return effectIn(project)
      },
      types: () => managers.npm.compile(project).then(() => undefined),
      run: async () => {
        await managers.npm.run(project, "fakes.js")
        return lastLine(await managers.npm.run(project, "main.js"))
      }
    })
  }
}

/** Without the binary of koffi, every path is resolved by the walk, and one warning says why. */
const withoutKoffi = async (tarballs) => {
  for (const [name, edition] of Object.entries(editions)) {
    const project = join(directory, `${name}-without-koffi`)
    await row(`without koffi, ${name}`, {
      install: async () => {
        writeProject(project, edition, tarballs, { manager: "npm" })
        await run(project, "npm", "install", "--omit=optional", "--no-audit", "--no-fund")
      },
      types: () => managers.npm.compile(project).then(() => undefined),
      run: async () => {
        const output = await run(project, process.execPath, "main.js")
        const warnings = output.match(/PROCFSROOT_NO_NATIVE_CALLS/g) ?? []
        if (!output.startsWith("walk\n") || warnings.length !== 1) throw new Error(`It prints:\n${output}`)
        return "walk, with a warning"
      }
    })
  }
}

const byRuntimes = async (tarballs) => {
  for (const runtime of [...nodes, "bun", "deno"]) {
    for (const name of Object.keys(editions)) {
      await row(`run on ${runtime}, ${name}`, {
        install: async () => {
          await projectOf(name, tarballs)
          const binary = await install(cache, runtime)
          return /\d\S+/.exec(await run(directory, binary, "--version"))?.[0]
        },
        run: async () => {
          const project = await projectOf(name, tarballs)
          const binary = await install(cache, runtime)
          const args = runtime === "deno" ? ["run", "--allow-all", "--node-modules-dir=manual"] : []
          await run(project, binary, ...args, "fakes.js")
          return lastLine(await run(project, binary, ...args, "main.js"))
        }
      })
    }
  }
}

/** Installs each version once. */
const compilerOf = async (version) => {
  const home = join(directory, `typescript-${version}`)
  const tsc = join(home, "node_modules/typescript/bin/tsc")
  if (existsSync(tsc)) return tsc
  write(home, { "package.json": { private: true, dependencies: { typescript: `~${version}.0` } } })
  await run(home, "npm", "install", "--no-audit", "--no-fund")
  return tsc
}

const byCompilers = async (tarballs) => {
  for (const version of compilers) {
    for (const resolution of ["nodenext", "bundler"]) {
      for (const name of Object.keys(editions)) {
        await row(`TypeScript ${version}, ${resolution}, ${name}`, {
          types: async () => {
            const project = await projectOf(name, tarballs)
            const configuration = resolution === "nodenext" ? "tsconfig.json" : "tsconfig.bundler.json"
            const tsc = await compilerOf(version)
            await run(project, process.execPath, tsc, "--noEmit", "-p", configuration)
            return lastLine(await run(project, process.execPath, tsc, "--version")).replace("Version ", "")
          }
        })
      }
    }
  }
}

/**
 * Checks the declarations themselves too, which import Node's types. The lowest version of these needs a compiler of its
 * time, and has an error of its own.
 */
const byNodeTypes = async (tarballs) => {
  for (const version of [lowestNodeTypes(), "22", "24", "26"]) {
    const project = join(directory, `promises-types-${version}`)
    await row(`@types/node ${version}, promises`, {
      install: async () => {
        writeProject(project, editions.promises, tarballs, { manager: "npm", "@types/node": version })
        await installQuietly("npm", project)
      },
      types: async () => {
        const isLowest = version === lowestNodeTypes()
        const tsc = await compilerOf(isLowest ? compilers[0] : compilers.at(-2))
        await run(project, process.execPath, tsc, "--noEmit", "--skipLibCheck", String(isLowest))
        return JSON.parse(readFileSync(join(project, "node_modules/@types/node/package.json"), "utf8")).version
      }
    })
  }
}

const byBundlers = async (tarballs) => {
  for (const [bundler, bundle] of Object.entries(bundlers)) {
    for (const [name, { edition, program }] of Object.entries(inBrowser)) {
      await row(`${bundler} for a browser, ${name}`, {
        run: async () => bundle(await projectOf(edition, tarballs), program, directory)
      })
    }
  }
}

/** Compares the native calls of these runtimes with those of koffi. */
const byNativeCalls = () =>
  row("a million native calls of node:ffi, bun:ffi and Deno.dlopen, compared with koffi's", {
    run: async () => {
      const binaries = []
      for (const runtime of ["node26", "bun", "deno"]) binaries.push(await install(cache, runtime))
      Object.assign(process.env, { RUNTIMES: binaries.join(":"), NATIVE_CALLS: "1000000" })
      await run(repository, "npx", "vitest", "run", "--project", "node", "packages/node/test/native.test.ts")
    }
  })

try {
  const start = Date.now()
  console.log(
    "Packs the packages and uses them like a user. Takes about ten minutes on two cores, and downloads what is missing.\n"
  )
  const tarballs = await packEditions(directory)
  const bun = () => install(cache, "bun")
  await byManagers(tarballs, bun)
  await byWorkspaces(tarballs, bun)
  await byPeers(tarballs)
  await withoutKoffi(tarballs)
  await byRuntimes(tarballs)
  await byCompilers(tarballs)
  await byNodeTypes(tarballs)
  await byBundlers(tarballs)
  await byNativeCalls()
  console.log(`\n${table.summary()}\nin ${Math.round((Date.now() - start) / 1000)} s`)
  if (table.hasFailed()) process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}
