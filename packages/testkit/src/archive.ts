/** Archives of directories, created by the system's `tar`. */
import { execFileSync } from "node:child_process"
import type { Case, Difference } from "./contract.js"
import { mutates } from "./contract/cases.js"

/** The formats of GNU tar that can store every type of file; V7 has no fifos. */
export const formats = ["ustar", "pax", "gnu"] as const

/**
 * Archives the given names in a directory, so that no name in the archive begins with `./`, or the directory itself.
 */
export const archive = (directory: string, file: string, format: (typeof formats)[number], names = ["."]): string => {
  execFileSync("tar", [`--format=${format}`, "--create", "--file", file, "--directory", directory, ...names])
  return file
}

const writes = (testCase: Case): boolean => {
  if (testCase.method === "access") return testCase.args[1]?.writable === true
  if (testCase.method === "open") return (testCase.args[1]?.flag ?? "r") !== "r"
  return mutates(testCase)
}

/** The cases of the contract that an archive cannot answer like a directory. */
export const unchangeable: Difference = { reason: "an archive cannot be changed", applies: writes }
