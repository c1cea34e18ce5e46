/** Lets this process enter roots and come back, which only root can do. Inside, it can become another user. */
import { openSync } from "node:fs"
import { checked, koffi } from "./native.js"

const libc = koffi().load(null)
const chroot = libc.func("int chroot(const char *path)")
const fchdir = libc.func("int fchdir(int fd)")
const setresuid = libc.func("int setresuid(uint real, uint effective, uint saved)")
const setresgid = libc.func("int setresgid(uint real, uint effective, uint saved)")
const setfsuid = libc.func("int setfsuid(uint id)")
const setfsgid = libc.func("int setfsgid(uint id)")

const outside = openSync("/", "r")

/** The working directory before the process entered a root. */
let working = "/"

/** Makes `directory` the root of the process until it calls `leaveRoot`. */
export const enterRoot = (directory: string): void => {
  working = process.cwd()
  process.chdir(directory)
  checked(chroot("."), "chroot")
}

export const leaveRoot = (): void => {
  checked(fchdir(outside), "fchdir")
  checked(chroot("."), "chroot")
  process.chdir(working)
}

/**
 * Sets the user and group that file systems see for this thread. Unlike setresuid(2) of libc, this does not stop the
 * other threads, which would take longer than most calls.
 */
export const become = (uid: number, gid: number): void => {
  // The superuser first, since only it can change the group.
  setfsuid(0)
  setfsgid(gid)
  setfsuid(uid)
}

/** Sets the real and the effective user of the process, and the groups. The superuser can set others afterwards. */
export const setUsers = (real: number, effective: number, realGroup = 0, effectiveGroup = 0): void => {
  // As in `become`.
  checked(setresuid(0, 0, 0), "setresuid")
  checked(setresgid(realGroup, effectiveGroup, 0), "setresgid")
  checked(setresuid(real, effective, 0), "setresuid")
}

export interface User {
  readonly uid: number
  readonly gid: number
  readonly groups: ReadonlyArray<number>
  readonly umask: number
}

/** The current groups. They are only changed when needed, since that is slow. They do not matter to the superuser. */
let groups = ""

const join = (wanted: ReadonlyArray<number>): void => {
  if (groups === String(wanted)) return
  process.setgroups?.([...wanted])
  groups = String(wanted)
}

/** Makes calls of this thread, which must be synchronous, as a user. The process keeps the groups. */
export const as = <A>({ gid, groups, uid, umask }: User, run: () => A): A => {
  join(groups)
  const before = process.umask(umask)
  become(uid, gid)
  try {
    return run()
  } finally {
    become(0, 0)
    process.umask(before)
  }
}

/** Like `enterRoot`, and becomes the user `id` with only the group `id`. */
export const enter = (directory: string, id: number): void => {
  enterRoot(directory)
  join([])
  checked(setresgid(id, id, 0), "setresgid")
  checked(setresuid(id, id, 0), "setresuid")
}

export const leave = (): void => {
  checked(setresuid(0, 0, 0), "setresuid")
  checked(setresgid(0, 0, 0), "setresgid")
  leaveRoot()
}
