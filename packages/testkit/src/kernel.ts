/** The judge: `openat2(2)` on a directory, asked through koffi. */
import { closeSync, constants, openSync, readlinkSync } from "node:fs"
import koffi from "koffi"

const openHow = koffi.struct("procfsroot_testkit_open_how", {
  flags: "uint64_t",
  mode: "uint64_t",
  resolve: "uint64_t"
})
const syscall = koffi.load(null).func("syscall", "long", ["long", "long", "void*", koffi.pointer(openHow), "size_t"])

/** The same number on every architecture (`include/uapi/asm-generic/unistd.h`). */
const SYS_OPENAT2 = 437
const O_PATH = 0o10000000
const O_CLOEXEC = 0o2000000

/** `RESOLVE_*` of `include/uapi/linux/openat2.h`. */
export const Resolve = { noMagicLinks: 0x02, noSymlinks: 0x04, beneath: 0x08, inRoot: 0x10 } as const

/** Of two names for a number, the one that POSIX has first: EAGAIN, not EWOULDBLOCK. */
const errnoNames = new Map(
  Object.entries(koffi.os.errno).toSorted(([a], [b]) => a < b ? 1 : -1).map(([name, value]) => [value, name])
)

export type KernelAnswer = { readonly ok: string } | { readonly errno: string }

export interface Question {
  readonly path: string
  readonly lastComponent?: "follow" | "keep"
  readonly resolve: number
}

/** A question about names that are no text. */
export interface ByteQuestion extends Omit<Question, "path"> {
  readonly path: Uint8Array
}

/** A directory, open, whose inside the kernel is asked about. */
export class KernelRoot implements Disposable {
  readonly fd: number
  constructor(path: string) {
    this.fd = openSync(path, O_PATH | constants.O_DIRECTORY)
  }

  ask(question: Question): KernelAnswer {
    const answer = this.askBytes({ ...question, path: Buffer.from(question.path) })
    return "errno" in answer ? answer : { ok: answer.ok.toString() }
  }

  /** As `ask`, where names are no text. */
  askBytes(question: ByteQuestion): { readonly ok: Buffer } | { readonly errno: string } {
    const fd = this.open(question)
    if (typeof fd !== "number") return fd
    try {
      const found = readlinkSync(`/proc/self/fd/${fd}`, "buffer")
      // Each time: a root may be renamed.
      const own = readlinkSync(`/proc/self/fd/${this.fd}`, "buffer")
      if (found.equals(own)) return { ok: Buffer.from("/") }
      return { ok: found.subarray(own.toString() === "/" ? 0 : own.length) }
    } finally {
      closeSync(fd)
    }
  }

  /** The file itself, as a descriptor that the caller closes: its path may be longer than the kernel can show. */
  open(question: ByteQuestion): number | { readonly errno: string } {
    let answer = this.openOnce(question)
    // Renames anywhere on the machine make the kernel give up; only the test's own patience ends this loop.
    for (let attempt = 1; typeof answer !== "number" && answer.errno === "EAGAIN" && attempt < 100_000; attempt++) {
      answer = this.openOnce(question)
    }
    return answer
  }

  /** As `open`, and `EAGAIN` is an answer too. */
  openOnce({ lastComponent = "follow", path, resolve }: ByteQuestion): number | { readonly errno: string } {
    const flags = O_PATH | O_CLOEXEC | (lastComponent === "keep" ? constants.O_NOFOLLOW : 0)
    const text = Buffer.concat([path, Buffer.of(0)])
    const fd = syscall(SYS_OPENAT2, this.fd, text, { flags, mode: 0, resolve }, 24) as number
    return fd >= 0 ? fd : { errno: errnoNames.get(koffi.errno()) ?? String(koffi.errno()) }
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
