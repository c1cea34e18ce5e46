/**
 * `InodeOperations` on open files, made with the root's system calls. An open directory cannot be replaced by another
 * one, and `..` is the directory that was found before.
 */
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Handle } from "@procfsroot/vfs/Handle"
import { type AccessMode, type InodeOperations, MISSING, type OpenFlags } from "@procfsroot/vfs/InodeOperations"
import { accessSync, chmodSync, chownSync, constants, statSync, utimesSync } from "node:fs"
import { constants as system } from "node:os"
import { descriptorPath, O_DIRECTORY, O_PATH } from "../constants.js"
import { isProcfs } from "../procfs/lookupCalls.js"
import { isOwnMount } from "../procfs/mount.js"
import { openFile } from "../procfs/open.js"
import { unmappedIds } from "../protection.js"
import type { Creator } from "../../FileSystem.js"
import type { OpenRoot } from "../root.js"
import { isDeno } from "../runtime.js"
import type { SystemCalls } from "../systemCalls.js"
import { ATTEMPTS, failure, fault, isLink, link, mayBeMagic, plain, unreadable } from "../walk/lookup.js"
import { creatingAs } from "./creatingAs.js"
import { calling, toErrno } from "./errno.js"
import { fileOperations } from "./fileOperations.js"
import { type FoundFile, FoundFiles } from "./foundFiles.js"
import { freeing } from "./freeing.js"
import { entries, openDirectory, openForSync, statfs } from "./directory.js"
import { names } from "./names.js"
import { watch } from "./watch.js"
import { isLocal, keepSynced } from "./storage.js"
import { setTimes } from "./times.js"

const { O_APPEND, O_CREAT, O_DSYNC, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } =
  constants
const { R_OK, W_OK, X_OK } = constants

const { ENOENT } = system.errno

/**
 * Makes sure that opening never waits, neither for the other end of a fifo (`fifo(7)`) nor for a process that has a
 * lease on the file. In the latter case it fails with EAGAIN (F_SETLEASE in `fcntl(2)`). Reads and writes of regular
 * files ignore O_NONBLOCK. O_NOCTTY: no terminal becomes the controlling terminal.
 */
const WITHOUT_WAITING = O_NONBLOCK | O_NOCTTY

const syncing = { data: O_DSYNC, all: O_SYNC } as const

const numberOf = ({ append, directory = false, path = false, read, sync, truncate, write }: OpenFlags): number =>
  path
    ? O_PATH
    : (read ? write ? O_RDWR : O_RDONLY : O_WRONLY) | (append ? O_APPEND : 0) | (truncate ? O_TRUNC : 0) |
      (directory ? O_DIRECTORY : 0) | (sync === undefined ? 0 : syncing[sync]) | WITHOUT_WAITING

/** Remembers whether writes to the file wait. */
const opened = (fd: number, { sync }: OpenFlags): number => {
  if (sync !== undefined) keepSynced(fd)
  return fd
}

const accessMode = ({ executable = false, readable, writable }: AccessMode): number =>
  (readable ? R_OK : 0) | (writable ? W_OK : 0) | (executable ? X_OK : 0)

const placeOf = (file: FoundFile): string => descriptorPath(file.fd)

/** In a directory that is open, ENOTDIR can only be an error of the file system. */
const notFound = (cause: unknown) => failure(cause, ["ENOENT"])

/** What `.` is in a directory. */
const itself = (directory: FoundFile): Walk.Entry<FoundFile> => {
  try {
    // Not `access`, which checks the permissions of the real user and not of the effective one.
    statSync(`${placeOf(directory)}/.`)
    return { _tag: "Directory", handle: directory }
  } catch (cause) {
    return notFound(cause)
  }
}

/** Looks up one name for a walk. Passes each new handle to `own`. */
const lookup = (
  { calls, protection }: OpenRoot,
  { directory: { handle: directory }, name, trailing }: Walk.Lookup<FoundFile>,
  own: (handle: FoundFile) => FoundFile
): Walk.Entry<FoundFile> => {
  const look = (attempt: number): Walk.Entry<FoundFile> => {
    let found: FoundFile
    let stat: ReturnType<SystemCalls["fstat"]>
    try {
      found = own(directory.find(name))
      stat = calls.fstat(found.fd)
    } catch (cause) {
      return notFound(cause)
    }
    if (!isLink(stat)) return plain(stat, found)
    const refused = protection.concernsLink(stat) && trailing && protection.deniesLink(stat, calls.fstat(directory.fd))
    const unfollowable = calls.forbidsLinks(found.fd)
    try {
      const target = calls.readlink(directory.fd, name)
      return link(target, found, mayBeMagic(target, stat) && isProcfs(placeOf(found)), refused, unfollowable)
    } catch (cause) {
      // Most likely it was replaced between the two calls.
      if (attempt === ATTEMPTS) return unreadable(cause, found, refused, unfollowable)
      found.close()
      return look(attempt + 1)
    }
  }
  if (name === ".") return itself(directory)
  try {
    return look(1)
  } catch (cause) {
    // For example of the mount table: the name itself is there.
    return fault(cause)
  }
}

const extendedAttributesOf = (
  { extendedAttributes }: SystemCalls
): Pick<InodeOperations<FoundFile, number>, "extendedAttributes"> => {
  if (extendedAttributes === undefined) return {}
  const { get, list, remove, set } = extendedAttributes
  return {
    extendedAttributes: {
      get: (file, name) => get(file.fd, name),
      list: (file) => list(file.fd),
      set: (file, name, value) => set(file.fd, name, value),
      remove: (file, name) => remove(file.fd, name)
    }
  }
}

/**
 * Checks the permissions of the real user. Deno's own function compares the bits of the mode, without ACLs and without
 * the capabilities of root. There, the real user is the effective one.
 */
const checkReal = ({ access }: SystemCalls, place: string, mode: number): void => {
  if (!isDeno) accessSync(place, mode)
  else if (access?.(place, mode) !== true) throw Errno.make("EPERM")
}

/** Whether access(2), which asks for the real user and group, asks for those that the kernel checks otherwise. */
const isRealUser = (): boolean =>
  process.getuid?.() === process.geteuid?.() && process.getgid?.() === process.getegid?.()

/**
 * Checks the permissions of the effective user. access(2) is not enough: it asks for the real user, and without the
 * capabilities of any user except root. Without native calls, or if a sandbox refuses this one, nothing is checked if the
 * users differ.
 */
const checkEffective = (calls: SystemCalls, file: FoundFile, mode: number): void => {
  const place = placeOf(file)
  let denied: unknown
  try {
    if (isRealUser()) return checkReal(calls, place, mode)
  } catch (error) {
    denied = toErrno(error)
  }
  const isChecked = calls.access?.(place, mode) ?? false
  if (!isChecked && denied !== undefined) throw denied
}

/** @internal */
export const inodeOperations = (
  root: Handle<OpenRoot>,
  createAs?: Creator
): InodeOperations<FoundFile, number> => {
  const { protection } = root.value
  const calls = createAs === undefined ? root.value.calls : creatingAs(root.value.calls, createAs)
  let isOwn: boolean | undefined
  return {
    top: () => new FoundFiles(calls).top(root.value.pinned.fd),
    retain: () => {
      const held = root.retain()
      return () => held.close()
    },
    files: fileOperations(calls),
    lookup: (asked, own) => lookup(root.held, asked, own),
    open: (top: FoundFile, path: string, policy: Policy) => {
      const { kernel } = root.held
      if (kernel === undefined) return undefined
      const fd = kernel.open(path, policy)
      if (fd >= 0) return top.adopt(fd, kernel.close)
      return fd === -ENOENT ? MISSING : undefined
    },
    missing: (_, path, policy) => root.held.kernel?.missing(path, policy),
    locate: (_, path, policy) => root.held.kernel?.locate(path, policy),
    release: (file) => file.close(),
    sticky: {
      concerns: (file) => protection.concernsFile(calls.fstat(file.fd)),
      denies: (file, directory) => protection.deniesFile(calls.fstat(file.fd), calls.fstat(directory.fd))
    },
    unmapped: () => calling(unmappedIds),
    identity: (file) => file.identity,
    mount: (file) => file.mount,
    // Asked only if there is a single mount, that of the root.
    protectsMounts: (directory) => isOwn ??= calling(() => isOwnMount(directory.mount)),
    getattr: (file) => calls.fstat(file.fd),
    getattrExact: (file) => calls.fstatExact(file.fd),
    statfs: (file) => calling(() => statfs(placeOf(file))),
    ...extendedAttributesOf(calls),
    // In Bun, it returns null.
    access: (file, mode) => void calling(() => checkReal(calls, placeOf(file), accessMode(mode))),
    mayCreate: (directory) => checkEffective(calls, directory, W_OK | X_OK),
    mayWrite: (file) => checkEffective(calls, file, W_OK),
    // Through the descriptor: by name, another file could take its place in between.
    chmod: (file, mode) => calling(() => chmodSync(placeOf(file), mode)),
    chown: (file, uid, gid) => calling(() => chownSync(placeOf(file), uid, gid)),
    utimes: (file, atime, mtime) =>
      calling(() =>
        setTimes(calls.utimes?.found, file.fd, atime, mtime, (...times) => utimesSync(placeOf(file), ...times))
      ),
    child: (directory, name) => directory.find(name),
    childToList: (directory, name) => directory.findToList(name),
    readdir: (directory) => calling(() => names(calls, directory.fd)),
    readEntries: (directory, most) => calling(() => entries(calls, directory, most)),
    openDirectory: (directory) => calling(() => openDirectory(calls, directory)),
    openForSync: (directory) => calling(() => openForSync(placeOf(directory))),
    openInode: (file, flags) => calling(() => opened(openFile(placeOf(file), numberOf(flags)), flags)),
    canOverwrite: (file) => isLocal(calls, file.fd),
    openPath: (_, path, policy, flags, mode) => {
      const { kernel } = root.held
      // Opening an automount point mounts it. Old kernels do so before they refuse to enter it.
      const isRefused = policy.mounts === "forbid"
      if (kernel === undefined || calls.opensFiles !== true || flags.path === true || isRefused) return undefined
      // The kernel can create a file and then refuse to open it. A second attempt would find that file.
      if (flags.exclusive || (flags.create && createAs !== undefined)) return undefined
      const fd = flags.create
        ? kernel.open(path, policy, numberOf(flags) | O_CREAT, mode)
        : kernel.open(path, policy, numberOf(flags))
      if (fd >= 0) return opened(fd, flags)
      return fd === -ENOENT && !flags.create ? MISSING : undefined
    },
    create: (at, flags, mode) => opened(calls.create(at, numberOf(flags) | O_CREAT | O_EXCL, mode), flags),
    peek: calls.lstat,
    readlink: ({ directory, name }) => calls.readlink(directory.fd, name),
    mkdir: calls.mkdir,
    ...(calls.mknod === undefined ? {} : { mknod: calls.mknod }),
    symlink: calls.symlink,
    // The first directory may be opened again for the call, which must not close the second one.
    link: (from, to) => to.directory.whileOpen(() => calls.link(from, to)),
    rename: (from, to, mode) => {
      const rename = () => calls.rename(from, to, mode)
      return to.directory.whileOpen(() => mode === "replace" ? freeing(calls, to, rename) : rename())
    },
    unlink: (place, known) => freeing(calls, place, () => calls.unlink(place), known),
    rmdir: calls.rmdir,
    watch
  }
}
