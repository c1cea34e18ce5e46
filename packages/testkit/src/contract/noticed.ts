/**
 * Notices by inotify(7) whether anything in directories has changed, which costs less than to list them. A directory that
 * is removed is forgotten.
 */
import { constants } from "node:fs"
import { checked, koffi } from "../native.js"

/** IN_MODIFY, IN_ATTRIB, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE (`include/uapi/linux/inotify.h`). */
const CHANGES = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200

/** IN_NONBLOCK and IN_CLOEXEC. */
const FLAGS = constants.O_NONBLOCK | 0o2000000

/** FIONREAD (`include/uapi/asm-generic/ioctls.h`): the length of what can be read. */
const LENGTH = 0x541b

/** Open until the process ends, since closing it takes milliseconds: the kernel waits for all who might use it. */
const open = () => {
  const libc = koffi().load(null)
  const init = libc.func("int inotify_init1(int flags)")
  return {
    fd: checked(init(FLAGS), "inotify_init1"),
    add: libc.func("int inotify_add_watch(int fd, const char *path, uint mask)"),
    ioctl: libc.func("int ioctl(int fd, ulong request, _Out_ int *value)"),
    // Deno does not read descriptors that it has not opened.
    read: libc.func("long read(int fd, void *buffer, ulong length)")
  }
}

let opened: ReturnType<typeof open> | undefined

/** From now on, `changed` reports changes in this directory. */
export const notice = (directory: string): void => {
  const { add, fd } = opened ??= open()
  checked(add(fd, directory, CHANGES), "inotify_add_watch")
}

/** Whether anything may have changed since the last call. */
export const changed = (): boolean => {
  const { fd, ioctl, read } = opened ??= open()
  const length = [0]
  checked(ioctl(fd, LENGTH, length), "ioctl")
  const [size = 0] = length
  return size > 0 && checked(read(fd, Buffer.alloc(size), size), "read") > 0
}
