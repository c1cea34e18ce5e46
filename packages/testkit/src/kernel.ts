/** The judge: `openat2(2)` on a directory, asked through koffi. */
import { closeSync, constants, openSync, readlinkSync } from "node:fs"
import koffi from "koffi"

const openHow = koffi.struct("procfsroot_testkit_open_how", {
  flags: "uint64_t",
  mode: "uint64_t",
  resolve: "uint64_t"
})
const syscall = koffi.load(null).func("syscall", "long", ["long", "long", "str", koffi.pointer(openHow), "size_t"])

/** The same number on every architecture (`include/uapi/asm-generic/unistd.h`). */
const SYS_OPENAT2 = 437
const O_PATH = 0o10000000
const O_CLOEXEC = 0o2000000

/** `RESOLVE_*` of `include/uapi/linux/openat2.h`. */
export const Resolve = { noMagicLinks: 0x02, noSymlinks: 0x04, beneath: 0x08, inRoot: 0x10 } as const

const errnoNames = new Map(Object.entries(koffi.os.errno).map(([name, value]) => [value, name]))

export type KernelAnswer = { readonly ok: string } | { readonly errno: string }

export interface Question {
  readonly path: string
  readonly lastComponent?: "follow" | "keep"
  readonly resolve: number
}

/** A directory, open, whose inside the kernel is asked about. */
export class KernelRoot implements Disposable {
  readonly fd: number
  readonly #path: string
  constructor(path: string) {
    this.fd = openSync(path, O_PATH | constants.O_DIRECTORY)
    this.#path = readlinkSync(`/proc/self/fd/${this.fd}`)
  }

  ask({ lastComponent = "follow", path, resolve }: Question): KernelAnswer {
    const flags = O_PATH | O_CLOEXEC | (lastComponent === "keep" ? constants.O_NOFOLLOW : 0)
    let fd = -1
    let errno = "EAGAIN"
    // Renames anywhere on the machine make the kernel give up; only the test's own patience ends this loop.
    for (let attempt = 0; errno === "EAGAIN" && attempt < 100_000; attempt++) {
      fd = syscall(SYS_OPENAT2, this.fd, path, { flags, mode: 0, resolve }, 24) as number
      if (fd >= 0) break
      errno = errnoNames.get(koffi.errno()) ?? String(koffi.errno())
    }
    if (fd < 0) return { errno }
    try {
      const found = readlinkSync(`/proc/self/fd/${fd}`)
      return { ok: found === this.#path ? "/" : found.slice(this.#path === "/" ? 0 : this.#path.length) }
    } finally {
      closeSync(fd)
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}

/** Whether this kernel answers `openat2` at all (a sandbox may forbid it). */
export const available = (() => {
  using root = new KernelRoot("/")
  return "ok" in root.ask({ path: "/", resolve: Resolve.inRoot })
})()
