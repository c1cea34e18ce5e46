/** A process that enters roots and comes back, as only root may. Inside, it can be another user. */
import { constants, openSync } from "node:fs"
import { koffi } from "./native.js"

const libc = koffi().load(null)
const chroot = libc.func("int chroot(const char *path)")
const fchdir = libc.func("int fchdir(int fd)")
const setresuid = libc.func("int setresuid(uint real, uint effective, uint saved)")
const setresgid = libc.func("int setresgid(uint real, uint effective, uint saved)")
const mknod = libc.func("int mknod(const char *path, uint mode, ulong device)")

const outside = openSync("/", "r")

const check = (call: string, result: number): void => {
  if (result !== 0) throw new Error(`${call} failed, errno ${koffi().errno()}`)
}

const types = { FIFO: constants.S_IFIFO, Socket: constants.S_IFSOCK }

export const makeSpecial = (path: string, type: keyof typeof types): void =>
  check("mknod", mknod(path, types[type] | 0o644, 0))

/** What the process does until it leaves, it does in `directory`, as the user and the group of the number `id` alone. */
export const enter = (directory: string, id: number): void => {
  process.chdir(directory)
  check("chroot", chroot("."))
  process.setgroups?.([])
  check("setresgid", setresgid(id, id, 0))
  check("setresuid", setresuid(id, id, 0))
}

export const leave = (): void => {
  check("setresuid", setresuid(0, 0, 0))
  check("setresgid", setresgid(0, 0, 0))
  check("fchdir", fchdir(outside))
  check("chroot", chroot("."))
  process.chdir("/")
}
