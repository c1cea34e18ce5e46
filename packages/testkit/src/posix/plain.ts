/** The calls by the methods of Effect's `FileSystem` and of a root's directory, in any edition. */
import { constants } from "node:fs"
import { PlainFailure, type PlainFileSystem, type PlainRootDirectory } from "../edition.js"
import type { State, Step } from "./model.js"

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
      return directory.makeNode(call[1], { type: "FIFO" }, { mode: call[2] })
    case "mksocket":
      return directory.makeNode(call[1], { type: "Socket" }, { mode: call[2] })
    case "mkchar":
      return directory.makeNode(call[1], { type: "CharacterDevice", major: 1, minor: 3 }, { mode: call[2] })
    case "mkblock":
      return directory.makeNode(call[1], { type: "BlockDevice", major: 1, minor: 3 }, { mode: call[2] })
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
      // In one call: `writeAll` refuses to write nothing.
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

/** What both `stat` and these say of a file. */
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

/** A tree whose users have these services; those of the superuser see everything. */
export const plainly = (superuser: Services, of: (user: Step["as"]) => Services) => {
  const known = new Map<Step["as"], Services>()
  return {
    perform: (step: Step): Promise<void> => {
      const services = known.get(step.as) ?? of(step.as)
      known.set(step.as, services)
      return perform(services, step)
    },
    state: (path: string) => stateIn(superuser.directory, path)
  }
}
