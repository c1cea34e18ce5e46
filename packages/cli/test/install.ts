/**
 * Installs what the tests with containers, archives and shells need, where `installJudges.mjs` may. If it can be run
 * then, `REQUIRE_CONTAINERS=1` and `REQUIRE_PROGRAMS=1` are set, so that these tests must run. Otherwise they are
 * skipped, and the reason is printed.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("installJudges.mjs", import.meta.url))

export default async (): Promise<void> => {
  const isWanted = process.env["REQUIRE_JUDGES"] === "1" && process.getuid?.() === 0
  if (!isWanted) return
  const failure = spawnSync(process.execPath, [program], { encoding: "utf8" }).stdout.trim()
  const programs = ["bsdtar", "zsh", "fish"]
  if (programs.every((name) => spawnSync(name, ["--version"]).error === undefined)) {
    process.env["REQUIRE_PROGRAMS"] = "1"
  }
  const { containers } = await import("./containers/real.js")
  const reason = failure === "" ? containers()?.reason : failure
  if (reason === undefined) process.env["REQUIRE_CONTAINERS"] = "1"
  else console.warn(`tests with containers are not required: ${reason}`)
}
