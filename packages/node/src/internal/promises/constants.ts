/** The numbers of flags and modes that programs pass to the functions. */

/**
 * Linux's numbers on most architectures (`include/uapi/asm-generic/fcntl.h`, `stat.h`), written out so that they exist
 * without Node.
 */
const linux = {
  F_OK: 0,
  X_OK: 1,
  W_OK: 2,
  R_OK: 4,
  COPYFILE_EXCL: 1,
  COPYFILE_FICLONE: 2,
  COPYFILE_FICLONE_FORCE: 4,
  UV_FS_COPYFILE_EXCL: 1,
  UV_FS_COPYFILE_FICLONE: 2,
  UV_FS_COPYFILE_FICLONE_FORCE: 4,
  O_RDONLY: 0,
  O_WRONLY: 0o1,
  O_RDWR: 0o2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_NOFOLLOW: 0o400000,
  // Opening a file with one of these fails. If they were missing, `O_RDWR | constants.O_SYNC` would be `O_RDWR`.
  O_DSYNC: 0o10000,
  O_DIRECT: 0o40000,
  O_DIRECTORY: 0o200000,
  O_NOATIME: 0o1000000,
  O_SYNC: 0o4010000,
  S_IFMT: 0o170000,
  S_IFREG: 0o100000,
  S_IFDIR: 0o040000,
  S_IFCHR: 0o020000,
  S_IFBLK: 0o060000,
  S_IFIFO: 0o010000,
  S_IFLNK: 0o120000,
  S_IFSOCK: 0o140000,
  S_IRWXU: 0o700,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IRWXG: 0o070,
  S_IRGRP: 0o040,
  S_IWGRP: 0o020,
  S_IXGRP: 0o010,
  S_IRWXO: 0o007,
  S_IROTH: 0o004,
  S_IWOTH: 0o002,
  S_IXOTH: 0o001
}

/** @internal */
export interface Constants extends Readonly<Record<keyof typeof linux, number>> {}

/** What has the modules of Node, or at least some of them. */
interface Modules {
  readonly getBuiltinModule?: (id: "node:fs") => { readonly constants: object } | undefined
}

/**
 * Where `node:fs` exists, its numbers, since programs pass them too. They differ between architectures: O_NOFOLLOW of
 * arm64 is O_LARGEFILE of x64. A browser has no `process`, what a bundler puts in its place has no modules, and other
 * runtimes may have only some.
 *
 * Those that `node:fs` lacks on Windows and macOS have Linux's numbers, which no other constant has there, so that these
 * flags are not ignored. Only O_NOCTTY would be O_CREAT on Windows, so flags without an effect are 0.
 *
 * @internal
 */
export const constantsIn = (process: Modules | undefined): Constants => {
  const found = process?.getBuiltinModule?.("node:fs")?.constants
  return found === undefined ? linux : { ...linux, O_NOCTTY: 0, O_NONBLOCK: 0, ...found }
}

/** @internal */
export const constants = constantsIn(globalThis.process)
