/** Archives of directories, created by the system's `tar`. */
import { execFileSync } from "node:child_process"

/** The formats of GNU tar that can store every type of file; V7 has no fifos. */
export const formats = ["ustar", "pax", "gnu"] as const

/**
 * Archives the given names in a directory, so that no name in the archive begins with `./`, or the directory itself.
 */
export const archive = (directory: string, file: string, format: (typeof formats)[number], names = ["."]): string => {
  execFileSync("tar", [`--format=${format}`, "--create", "--file", file, "--directory", directory, ...names])
  return file
}
