/** The names of the functions of a root and of its open files, for faults and the journal. */

const ofDirectories = [
  "getExtendedAttribute",
  "lchown",
  "listExtendedAttributes",
  "lstat",
  "lutimes",
  "makeNode",
  "openDescriptor",
  "readDirectoryEntries",
  "readFileBounded",
  "removeExtendedAttribute",
  "rename",
  "setExtendedAttribute",
  "stat",
  "statfs",
  "streamDirectoryEntries",
  "walkTree",
  "writeFileAtomic"
] as const

/** @internal */
export type DirectoryMethod = (typeof ofDirectories)[number]

const others = [
  "access",
  "appendFile",
  "chmod",
  "chown",
  "close",
  "copyFile",
  "cp",
  "datasync",
  "link",
  "mkdir",
  "mkdtemp",
  "nextData",
  "open",
  "opendir",
  "read",
  "readFile",
  "readdir",
  "readlink",
  "readv",
  "realpath",
  "resolve",
  "rm",
  "rmdir",
  "subRoot",
  "symlink",
  "sync",
  "truncate",
  "unlink",
  "utimes",
  "watch",
  "write",
  "writeFile",
  "writev"
] as const

/** @internal */
export type Method = DirectoryMethod | (typeof others)[number]

/** @internal */
export const methods: ReadonlyArray<Method> = [...ofDirectories, ...others]
