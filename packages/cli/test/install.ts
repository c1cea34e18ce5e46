/**
 * Installs runc, podman and bsdtar with apt before the tests of the command, but only with `REQUIRE_JUDGES=1` and as
 * root, so that no other machine is changed. If they can be run then, it sets `REQUIRE_CONTAINERS=1` and
 * `REQUIRE_BSDTAR=1`, so that the tests that need them must run. Otherwise these tests are skipped, and the reason is
 * printed.
 */
import { spawnSync } from "node:child_process"

const packages = ["podman", "runc", "netavark", "busybox-static", "libarchive-tools"]

/** A short timeout, for machines without a network. */
const MINUTE = 60_000

const APT = ["-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10"]

const apt = (...args: ReadonlyArray<string>): string | undefined => {
  const { error, signal, status, stderr } = spawnSync("apt-get", [...APT, ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: MINUTE
  })
  if (error !== undefined || signal !== null) return error?.message ?? `it was ended by ${signal}`
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1)
}

const isMissing = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error !== undefined

/** Debian's other package of busybox needs libraries, which the containers do not have. */
const isDynamic = (program: string): boolean => spawnSync("ldd", [program], { stdio: "ignore" }).status === 0

const install = (): string | undefined => {
  const isThere = !["podman", "runc", "busybox", "bsdtar"].some(isMissing) && !isDynamic("/bin/busybox")
  if (isThere) return undefined
  console.log(`installing ${packages.join(", ")} to test with them`)
  const again = ["install", "--yes", "--no-install-recommends", ...packages]
  // Small images have no package lists until they are updated.
  return apt(...again) === undefined ? undefined : apt("update") ?? apt(...again)
}

export default async (): Promise<void> => {
  const isWanted = process.env["REQUIRE_JUDGES"] === "1" && process.getuid?.() === 0
  if (!isWanted) return
  const failure = install()
  if (!isMissing("bsdtar")) process.env["REQUIRE_BSDTAR"] = "1"
  const { containers } = await import("./containers/real.js")
  const reason = failure === undefined ? containers()?.reason : `apt-get cannot install them: ${failure}`
  if (reason === undefined) process.env["REQUIRE_CONTAINERS"] = "1"
  else console.warn(`tests with containers are not required: ${reason}`)
}
