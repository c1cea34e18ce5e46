/** What is the same for the methods of every `FileSystem` of Effect. */
import type { TemporaryOptions } from "../Method.js"
import { withoutSlashes } from "./path.js"

/** @internal */
export const syscalls = {
  access: "access",
  chmod: "chmod",
  chown: "chown",
  copy: "lstat",
  copyFile: "copyfile",
  exists: "access",
  link: "link",
  lstat: "lstat",
  makeDirectory: "mkdir",
  makeTempDirectory: "mkdtemp",
  makeTempDirectoryScoped: "mkdtemp",
  makeTempFile: "mkdtemp",
  makeTempFileScoped: "mkdtemp",
  open: "open",
  readDirectory: "scandir",
  readDirectoryEntries: "scandir",
  readFile: "open",
  readFileString: "open",
  readLink: "readlink",
  // Node's calls lstat for each component; the call that we mean is realpath(3).
  realPath: "realpath",
  remove: "lstat",
  rename: "rename",
  sink: "open",
  stat: "stat",
  stream: "open",
  symlink: "symlink",
  truncate: "open",
  // The method that platform-node's errors name for `utimes`.
  utime: "utime",
  utimes: "utime",
  watch: "stat",
  writeFile: "open",
  writeFileString: "open"
} as const

/** @internal */
export const temporaryPrefix = (
  temporaryDirectory: string,
  { directory = temporaryDirectory, prefix = "" }: TemporaryOptions = {}
): string => `${withoutSlashes(directory)}/${prefix}`
