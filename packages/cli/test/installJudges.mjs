// Installs podman, runc, bsdtar, zsh and fish with apt for the tests of the command, but only with REQUIRE_JUDGES=1 and as
// root, so that no other machine is changed. Prints why they cannot be installed. `npm test` starts this while the
// compiler runs.
import { spawnSync } from "node:child_process"

const containers = ["podman", "runc", "netavark", "busybox-static", "libarchive-tools"]
const shells = ["zsh", "fish"]

/** A short timeout, for machines without a network. */
const MINUTE = 60_000

const APT = ["-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10"]

/** Returns why it failed. */
const apt = (...args) => {
  const { error, signal, status, stderr } = spawnSync("apt-get", [...APT, ...args], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: MINUTE
  })
  if (error !== undefined || signal !== null) return error?.message ?? `it was ended by ${signal}`
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1)
}

const isMissing = (program) => spawnSync(program, ["--version"], { stdio: "ignore" }).error !== undefined

/** Debian's other package of busybox needs libraries, which the containers do not have. */
const isDynamic = (program) => spawnSync("ldd", [program], { stdio: "ignore" }).status === 0

const isWanted = process.env.REQUIRE_JUDGES === "1" && process.getuid() === 0

const install = (packages) => {
  const args = ["install", "--yes", "--no-install-recommends", ...packages]
  // Small images have no package lists until they are updated.
  const failure = apt(...args) === undefined ? undefined : apt("update") ?? apt(...args)
  if (failure !== undefined) console.log(`apt-get cannot install ${packages.join(", ")}: ${failure}`)
}

if (isWanted) {
  if (["podman", "runc", "busybox", "bsdtar"].some(isMissing) || isDynamic("/bin/busybox")) install(containers)
  if (shells.some(isMissing)) install(shells)
}
