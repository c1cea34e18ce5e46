/** Makes the calls with the methods of a `FileSystem` and of a root's directory, in any edition. */
import { constants } from "node:fs"
import { PlainFailure, type PlainFileSystem, type PlainRootDirectory } from "../edition.js"
import { byUser, special, type State, type Step, type User } from "./model.js"

export interface Services {
  readonly fs: PlainFileSystem
  readonly directory: PlainRootDirectory
}

const perform = async ({ directory, fs }: Services, { call }: Step): Promise<void> => {
  switch (call[0]) {
    case "chmod":
      return fs.chmod(call[1], call[2])
    case "chown":
      return fs.chown(call[1], call[2], call[3])
    case "lchown":
      return directory.lchown(call[1], call[2], call[3])
    case "link":
      return fs.link(call[1], call[2])
    case "rename":
      return fs.rename(call[1], call[2])
    case "mkdir":
      return fs.makeDirectory(call[1], { mode: call[2] })
    case "mkfifo":
    case "mksocket":
    case "mkchar":
    case "mkblock":
      return directory.makeNode(call[1], special[call[0]], { mode: call[2] })
    case "open":
      return (await fs.open(call[1], { flag: call[2], mode: call[3] })).close()
    case "symlink":
      return fs.symlink(call[1], call[2])
    case "truncate":
      return fs.truncate(call[1], call[2])
    case "utimes":
      return fs.utimes(call[1], call[2], call[3])
    case "lutimes":
      return directory.lutimes(call[1], call[2], call[3])
    case "write": {
      const file = await fs.open(call[1], { flag: "r+" })
      // Not with `writeAll`, which refuses to write zero bytes.
      await file.write(new TextEncoder().encode(call[2])).finally(file.close)
      return
    }
    case "rmdir":
    case "unlink":
      throw new TypeError(`FileSystem has no ${call[0]}`)
  }
}

const kinds: Readonly<Record<string, number>> = {
  File: constants.S_IFREG,
  Directory: constants.S_IFDIR,
  SymbolicLink: constants.S_IFLNK,
  FIFO: constants.S_IFIFO,
  Socket: constants.S_IFSOCK,
  CharacterDevice: constants.S_IFCHR,
  BlockDevice: constants.S_IFBLK
}

/** The state of a file, like that of the kernel. */
const stateIn = async (directory: PlainRootDirectory, path: string): Promise<State | undefined> => {
  const found = await directory.lstat(path).catch((error: unknown) => {
    if (error instanceof PlainFailure) return undefined
    throw error
  })
  return found && {
    mode: (kinds[found.type] ?? 0) | (found.mode & 0o7777),
    uid: found.uid,
    gid: found.gid,
    nlink: found.nlink,
    ino: Number(found.ino),
    size: found.type === "Directory" ? undefined : Number(found.size),
    times: { atime: Number(found.atimeNs), mtime: Number(found.mtimeNs), ctime: Number(found.ctimeNs) }
  }
}

/** A subject whose users have these services. States are read with those of the superuser, who can see all files. */
export const plainly = (superuser: Services, of: (user: User) => Services) => ({
  perform: byUser(of, perform),
  state: (path: string) => stateIn(superuser.directory, path)
})
