/**
 * System calls with libc's `*at` functions. They cost half as much as calls through `/proc/self/fd`, and fail with
 * numbers instead of exceptions. Names that are not UTF-8 are rare. If the library cannot pass them, they are left to
 * `node:fs`, except by `open` and by calls that Node does not have.
 */
import { constants } from "node:os"
import { isMainThread } from "node:worker_threads"
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY } from "../constants.js"
import { procfsCalls } from "../procfs/systemCalls.js"
import type { Place, SystemCalls } from "../systemCalls.js"
import { isDeno } from "../runtime.js"
import { isLarge } from "./architecture.js"
import { checked, restarted } from "./failure.js"
import { canPass, type Library } from "./library.js"
import { bindReadlink } from "./readlink.js"
import { bindCreateAs } from "./createAs.js"
import { bindStatfs } from "./statfs.js"
import { AS_LSTAT, AT_EMPTY_PATH, statxBuffer } from "./statx.js"
import { bindExtendedAttributes } from "./extendedAttributes.js"
import { bindEntries } from "./entries.js"
import { bindFlush } from "./flush.js"
import { bindHoles } from "./holes.js"
import { bindNames } from "./names.js"
import { bindOddName } from "./oddNames.js"
import { AT_FDCWD, bindTimes } from "./times.js"
import { bindCopies, bindTransfers } from "./transfer.js"

const { ENOENT, EPERM } = constants.errno

/** `include/uapi/linux/fcntl.h`; the same number means one thing for unlinkat(2), and another for faccessat(2). */
const AT_REMOVEDIR = 0x200
const AT_EACCESS = 0x200

/** F_OK: no permission is checked. */
const EXISTS = 0

/**
 * Node keeps a list of the descriptors that a Worker has opened, and warns if it closes one that is not in the list. Deno
 * refuses to close it.
 */
const opensFiles = isMainThread && isLarge && !isDeno

const HANDLE = O_PATH | O_NOFOLLOW | O_CLOEXEC

const TO_LIST = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

const nameOf = ({ name, slash }: Place): string => slash ? `${name}/` : name

/** @internal */
export const bindSystemCalls = (library: Library): SystemCalls => {
  const { allocate, declare, errno, passesBytes } = library
  const openat = declare("openat", "int", "text", "int")
  const openatBytes = declare("openat", "int", "memory", "int")
  const odd = bindOddName(library)
  const makeat = declare("openat", "int", "text", "int", "int")
  const close = declare("close", "int")
  const statx = declare("statx", "int", "text", "int", "int", "memory")
  const mkdirat = declare("mkdirat", "int", "text", "int")
  const symlinkat = declare("symlinkat", "text", "int", "text")
  const linkat = declare("linkat", "int", "text", "int", "text", "int")
  const renameat = declare("renameat", "int", "text", "int", "text")
  const { mknodat, renameat2 } = bindNames(library)
  const { readlink } = bindReadlink(library)
  const { forbidsLinks, magic } = bindStatfs(library)
  const faccessat = declare("faccessat", "int", "text", "int", "int")
  const unlinkat = declare("unlinkat", "int", "text", "int")
  // `statx` with an empty name. As a text, the name would be encoded for each call.
  const fstatx = declare("statx", "int", "memory", "int", "int", "memory")
  const noName = allocate(1).pointer
  const found = statxBuffer(library)

  const call = (make: () => number): number => checked(restarted(make, errno))

  const isText = ({ name }: Place): boolean => canPass(library, name)

  /** libc does without faccessat2(2) if the kernel does not have it, but not if a sandbox refuses it with EPERM. */
  const mayAccess = (path: string, mode: number): number =>
    restarted(() => faccessat(AT_FDCWD, path, mode, AT_EACCESS), errno)

  /**
   * Opens a name that is not UTF-8. Not by Node: in a Worker, Node would remember the descriptor, which `close` closes
   * without Node, and close it again when the Worker ends. By then, another file may have its number.
   */
  const openOdd = (directory: number, name: string): number => {
    const pointer = odd(name)
    return call(() => openatBytes(directory, pointer, HANDLE))
  }

  return {
    ...procfsCalls,
    ...bindTransfers(library),
    ...bindEntries(library),
    ...bindCopies(library),
    ...bindFlush(library),
    ...(isLarge ? { nextData: bindHoles(library), utimes: bindTimes(library) } : {}),
    open: (directory, name) =>
      name.isWellFormed() ? call(() => openat(directory, name, HANDLE)) : openOdd(directory, name),
    opensFiles,
    passesBytes,
    access: (path, mode) => {
      const result = mayAccess(path, mode)
      // A file that cannot be changed fails with the same errno (`chattr(1)`).
      if (result === -EPERM && mayAccess("/", EXISTS) === -EPERM) return false
      checked(result)
      return true
    },
    create: (place, flags, mode) =>
      opensFiles && isText(place)
        ? call(() => makeat(place.directory.fd, nameOf(place), flags | O_CLOEXEC, mode))
        : procfsCalls.create(place, flags, mode),
    createAs: bindCreateAs(library),
    openToList: (directory, name) => call(() => openat(directory, name, TO_LIST)),
    close: (fd) => void close(fd),
    fstat: (fd) => {
      call(() => fstatx(fd, noName, AT_EMPTY_PATH, found.mask, found.pointer))
      return found.attributes()
    },
    fstatExact: (fd) => {
      call(() => fstatx(fd, noName, AT_EMPTY_PATH, found.exactMask, found.pointer))
      const attributes = found.exactAttributes()
      return attributes.mountId === undefined ? { ...attributes, mountId: procfsCalls.mount(fd) } : attributes
    },
    magic,
    forbidsLinks: (fd) => forbidsLinks(fd) ?? procfsCalls.forbidsLinks(fd),
    identity: (fd) => {
      call(() => fstatx(fd, noName, AT_EMPTY_PATH, found.identityMask, found.pointer))
      return found.identity()
    },
    mount: (fd) => {
      call(() => fstatx(fd, noName, AT_EMPTY_PATH, found.mountMask, found.pointer))
      return found.mount() ?? procfsCalls.mount(fd)
    },
    lstat: (place) => {
      if (!isText(place)) return procfsCalls.lstat(place)
      const name = nameOf(place)
      const result = restarted(() => statx(place.directory.fd, name, AS_LSTAT, found.mask, found.pointer), errno)
      if (result === -ENOENT) return undefined
      checked(result)
      return found.attributes()
    },
    readlink: (directory, name) =>
      (canPass(library, name) ? readlink(directory, name) : undefined) ?? procfsCalls.readlink(directory, name),
    mkdir: (place, mode) =>
      isText(place)
        ? void call(() => mkdirat(place.directory.fd, nameOf(place), mode))
        : procfsCalls.mkdir(place, mode),
    symlink: (target, place) =>
      isText(place) && canPass(library, target)
        ? void call(() => symlinkat(target, place.directory.fd, nameOf(place)))
        : procfsCalls.symlink(target, place),
    link: (from, to) =>
      isText(from) && isText(to)
        ? void call(() => linkat(from.directory.fd, nameOf(from), to.directory.fd, nameOf(to), 0))
        : procfsCalls.link(from, to),
    rename: (from, to, mode) => {
      const [old, next] = [from.directory.fd, to.directory.fd]
      if (mode !== "replace") call(() => renameat2(old, nameOf(from), next, nameOf(to), mode))
      else if (isText(from) && isText(to)) call(() => renameat(old, nameOf(from), next, nameOf(to)))
      else procfsCalls.rename(from, to, mode)
    },
    mknod: (place, node, mode) => void call(() => mknodat(place.directory.fd, nameOf(place), node, mode)),
    extendedAttributes: bindExtendedAttributes(library),
    unlink: (place) =>
      isText(place) ? void call(() => unlinkat(place.directory.fd, nameOf(place), 0)) : procfsCalls.unlink(place),
    rmdir: (place) =>
      isText(place)
        ? void call(() => unlinkat(place.directory.fd, nameOf(place), AT_REMOVEDIR))
        : procfsCalls.rmdir(place)
  }
}
