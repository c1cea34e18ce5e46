/** Archives that the system's `tar` makes of directories. */
import { execFileSync } from "node:child_process"

/** What GNU tar writes that a file system can be read from; V7 has no fifos. */
export const formats = ["ustar", "pax", "gnu"] as const

/** Of the names in a directory, so that no name of a test begins with `./`, or of the directory itself. */
export const archive = (directory: string, file: string, format: (typeof formats)[number], names = ["."]): string => {
  execFileSync("tar", [`--format=${format}`, "--create", "--file", file, "--directory", directory, ...names])
  return file
}
