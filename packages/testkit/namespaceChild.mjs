// A process inside a root, which a test looks at from outside: `node namespaceChild.mjs <root> pivot_root|chroot`,
// started by `unshare --mount`. It enters the root itself, so the root need not contain a program. It exits when its
// standard input ends, so it cannot outlive the process that started it.
import { existsSync } from "node:fs"
import koffi from "koffi"

const [root, how] = process.argv.slice(2)
const libc = koffi.load(null)
const calls = {
  mount: libc.func(
    "int mount(const char *source, const char *target, const char *type, ulong flags, const char *data)"
  ),
  chdir: libc.func("int chdir(const char *path)"),
  chroot: libc.func("int chroot(const char *path)"),
  umount2: libc.func("int umount2(const char *target, int flags)"),
  syscall: libc.func("long syscall(long number, const char *a, const char *b)")
}
const call = (name, ...args) => {
  if (calls[name](...args) < 0) throw new Error(`${name}(${args.join(", ")}): errno ${koffi.errno()}`)
}

// <linux/mount.h>, <sys/mount.h>; glibc has no wrapper for pivot_root(2).
const MS_BIND = 0x1000
const MS_REC = 0x4000
const MNT_DETACH = 2
const SYS_pivot_root = { x64: 155, arm64: 41 }[process.arch]

call("mount", root, root, null, MS_BIND | MS_REC, null)
// This mount is only visible through /proc/<pid>/root, not on the host under the path of the directory.
if (existsSync(`${root}/proc`)) call("mount", "/proc", `${root}/proc`, null, MS_BIND | MS_REC, null)
call("chdir", root)
if (how === "pivot_root") {
  // pivot_root(".", ".") puts the old root on top of the new one, from where it is unmounted (pivot_root(2), NOTES).
  call("syscall", SYS_pivot_root, ".", ".")
  call("umount2", ".", MNT_DETACH)
} else {
  call("chroot", ".")
}
call("chdir", "/")

process.stdin.resume().once("end", () => process.exit())
process.stdout.write("ready\n")
