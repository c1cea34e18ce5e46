/** A process that enters roots and comes back, as only root may. Inside, it can be another user. */
import { constants, openSync } from "node:fs"
import { getSystemErrorName } from "node:util"
import { koffi } from "./native.js"

const libc = koffi().load(null)
const chroot = libc.func("int chroot(const char *path)")
const fchdir = libc.func("int fchdir(int fd)")
const setresuid = libc.func("int setresuid(uint real, uint effective, uint saved)")
const setresgid = libc.func("int setresgid(uint real, uint effective, uint saved)")
const setfsuid = libc.func("int setfsuid(uint id)")
const setfsgid = libc.func("int setfsgid(uint id)")
const mknod = libc.func("int mknod(const char *path, uint mode, ulong device)")

const outside = openSync("/", "r")

const check = (call: string, result: number): void => {
  if (result === 0) return
  const errno = koffi().errno()
  throw Object.assign(new Error(`${call} failed, errno ${errno}`), { code: getSystemErrorName(-errno) })
}

const types = {
  FIFO: constants.S_IFIFO,
  Socket: constants.S_IFSOCK,
  CharacterDevice: constants.S_IFCHR,
  BlockDevice: constants.S_IFBLK
}

/** Of devices: 1 and 3 are those of `/dev/null`. */
const DEVICE = 0x103

export const makeSpecial = (path: string, type: keyof typeof types, mode = 0o644): void =>
  check("mknod", mknod(path, types[type] | mode, type.endsWith("Device") ? DEVICE : 0))

/** What the process does until it leaves, it does in `directory`. */
export const enterRoot = (directory: string): void => {
  process.chdir(directory)
  check("chroot", chroot("."))
}

export const leaveRoot = (): void => {
  check("fchdir", fchdir(outside))
  check("chroot", chroot("."))
  process.chdir("/")
}

/**
 * Who the calls of this thread are made by, as far as file systems are concerned: other threads need not be stopped for
 * it, which takes longer than most calls.
 */
export const become = (uid: number, gid: number): void => {
  // Back to the superuser first, who may change the group.
  setfsuid(0)
  setfsgid(gid)
  setfsuid(uid)
}

/** As `enterRoot`, as the user and the group of the number `id` alone. */
export const enter = (directory: string, id: number): void => {
  enterRoot(directory)
  process.setgroups?.([])
  check("setresgid", setresgid(id, id, 0))
  check("setresuid", setresuid(id, id, 0))
}

export const leave = (): void => {
  check("setresuid", setresuid(0, 0, 0))
  check("setresgid", setresgid(0, 0, 0))
  leaveRoot()
}
