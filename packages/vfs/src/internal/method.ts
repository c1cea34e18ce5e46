/**
 * The methods of Effect's `FileSystem` and of `RootDirectory`, which are the same for every version of Effect, and the
 * system calls that their errors name.
 */
import type { TemporaryOptions } from "../Method.js"
import { below } from "./path.js"

/** @internal */
export const syscalls = {
  access: "access",
  chmod: "chmod",
  chown: "chown",
  copy: "lstat",
  copyFile: "copyfile",
  exists: "access",
  getExtendedAttribute: "getxattr",
  lchown: "lchown",
  link: "link",
  listExtendedAttributes: "listxattr",
  lstat: "lstat",
  lutimes: "lutime",
  makeDirectory: "mkdir",
  makeNode: "mknod",
  makeTempDirectory: "mkdtemp",
  makeTempDirectoryScoped: "mkdtemp",
  makeTempFile: "mkdtemp",
  makeTempFileScoped: "mkdtemp",
  open: "open",
  openDescriptor: "open",
  readDirectory: "scandir",
  readDirectoryEntries: "scandir",
  readFile: "open",
  readFileBounded: "open",
  readFileString: "open",
  readLink: "readlink",
  // Node's `realpath` calls lstat for each component. The errors here name realpath(3).
  realPath: "realpath",
  remove: "lstat",
  removeExtendedAttribute: "removexattr",
  rename: "rename",
  setExtendedAttribute: "setxattr",
  sink: "open",
  sinkAtomic: "open",
  stat: "stat",
  statfs: "statfs",
  stream: "open",
  streamDirectoryEntries: "scandir",
  subRoot: "open",
  symlink: "symlink",
  truncate: "open",
  // In the errors of platform-node, the method `utimes` is called `utime`.
  utime: "utime",
  utimes: "utime",
  walkTree: "scandir",
  watch: "stat",
  writeFile: "open",
  writeFileAtomic: "open",
  writeFileString: "open"
} as const

/** The methods of `FileSystem` that are built on another one. */
const bases = {
  exists: "access",
  makeTempDirectoryScoped: "makeTempDirectory",
  makeTempFileScoped: "makeTempFile",
  readFileString: "readFile",
  sink: "open",
  stream: "open",
  writeFileString: "writeFile"
} as const

/** @internal */
export const basedOn = (method: string): string | undefined =>
  Object.hasOwn(bases, method) ? bases[method as keyof typeof bases] : undefined // checked by `hasOwn`

const ofFilesAndRoots = ["close", "read", "readAlloc", "resolve", "sync", "write", "writeAll"] as const

/** @internal */
export type Method = Exclude<keyof typeof syscalls, "utime"> | (typeof ofFilesAndRoots)[number]

/** @internal */
export const methods: ReadonlyArray<Method> = [...Object.keys(syscalls), ...ofFilesAndRoots].filter(
  (name): name is Method => name !== "utime"
)

/** @internal */
export const temporaryPrefix = (
  temporaryDirectory: string,
  { directory = temporaryDirectory, prefix = "" }: TemporaryOptions = {}
): string => below(directory, prefix)
