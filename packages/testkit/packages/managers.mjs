// Package managers: how each installs a project, runs a program in it, and learns where the packed packages are. The
// packages depend on each other by version, which is not published yet, so each manager needs overrides.
import { readFileSync } from "node:fs"
import { run } from "./runtimes.mjs"

const { packageManager } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"))
const berry = "@yarnpkg/cli-dist@4.18.1"

export const pnpm = (cwd, ...args) =>
  run(cwd, "npm", "exec", "--yes", `--package=${packageManager}`, "--", "pnpm", ...args)

const yarn = (cwd, ...args) => run(cwd, "npm", "exec", "--yes", `--package=${berry}`, "--", "yarn", ...args)

const overrides = (tarballs) =>
  Object.fromEntries(Array.from(tarballs, ([name, tarball]) => [`@procfsroot/${name}`, `file:${tarball}`]))

const withModules = {
  compile: (directory) => run(directory, "npx", "--no-install", "tsc", "-p", "."),
  run: (directory, program) => run(directory, process.execPath, program)
}

const withYarn = (nodeLinker) => ({
  ...withModules,
  install: (directory) => yarn(directory, "install"),
  manifest: (tarballs) => ({ resolutions: overrides(tarballs) }),
  // No install scripts run, and everything is installed inside the directory of the test.
  files: {
    ".yarnrc.yml":
      `nodeLinker: ${nodeLinker}\nenableTelemetry: false\nenableScripts: false\nenableImmutableInstalls: false\n`,
    // Makes this a separate project, even inside another one.
    "yarn.lock": ""
  }
})

export const managers = {
  npm: {
    ...withModules,
    install: (directory) => run(directory, "npm", "install", "--no-audit", "--no-fund"),
    manifest: () => ({})
  },
  pnpm: {
    ...withModules,
    install: (directory) => pnpm(directory, "install", "--no-frozen-lockfile"),
    manifest: (tarballs) => ({ pnpm: { overrides: overrides(tarballs) } })
  },
  yarn: withYarn("node-modules"),
  "yarn PnP": {
    ...withYarn("pnp"),
    compile: (directory) => yarn(directory, "tsc", "-p", "."),
    run: (directory, program) => yarn(directory, "node", program)
  },
  bun: {
    ...withModules,
    install: (directory, bun) => run(directory, bun, "install"),
    manifest: (tarballs) => ({ overrides: overrides(tarballs) })
  }
}

/**
 * The lines that would worry a user. This ignores the install script of msgpackr-extract, on which Effect 3's platform
 * depends, and what yarn prints about itself.
 */
const warningsIn = (output) =>
  output.split("\n").filter((line) =>
    /\bwarn|ERESOLVE|peer|koffi@|YN0002|YN0060|YN0086/i.test(line) &&
    !/install-scripts(?!.*koffi)|Warning ─|YN0092|Done with warnings/.test(line)
  )

/** Installs the project; throws if there is a warning. */
export const installQuietly = async (manager, directory, bun) => {
  const warnings = warningsIn(await managers[manager].install(directory, bun))
  if (warnings.length > 0) throw new Error(`${manager} warns:\n${warnings.join("\n")}`)
}
