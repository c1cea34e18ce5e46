/** Runs a command in which system calls fail with an errno, as in a sandbox. */
import { refuse } from "@procfsroot/testkit/seccomp"
import { spawnSync } from "node:child_process"

const [numbers = "", errno = "", command = "", ...args] = process.argv.slice(2)
refuse(numbers.split(",").map(Number), Number(errno))
process.exitCode = spawnSync(command, args, { stdio: "inherit" }).status ?? 1
