/** The kernel as a judge: calls `openat2(2)` on a directory, with koffi. */
import { closeSync, constants, openSync, readlinkSync } from "node:fs"
import { koffi } from "./native.js"

/** The same number on every architecture (`include/uapi/asm-generic/unistd.h`). */
const SYS_OPENAT2 = 437
const O_PATH = 0o10000000
const O_CLOEXEC = 0o2000000

/** `RESOLVE_*` of `include/uapi/linux/openat2.h`. */
export const Resolve = {
  noXdev: 0x01,
  noMagicLinks: 0x02,
  noSymlinks: 0x04,
  beneath: 0x08,
  inRoot: 0x10,
  cached: 0x20
} as const

const bind = ({ errno, load, os, pointer, struct }: ReturnType<typeof koffi>) => {
  const openHow = struct("procfsroot_testkit_open_how", { flags: "uint64_t", mode: "uint64_t", resolve: "uint64_t" })
  const syscall = load(null).func("syscall", "long", ["long", "long", "void*", pointer(openHow), "size_t"])
  // If an errno has two names, the alphabetically first one is used: EAGAIN, not EWOULDBLOCK.
  const errnoNames = new Map(
    Object.entries(os.errno).toSorted(([a], [b]) => a < b ? 1 : -1).map(([name, value]) => [value, name])
  )
  const close = load(null).func("int close(int)")
  return { close, syscall, errno: () => errnoNames.get(errno()) ?? String(errno()) }
}

let bound: ReturnType<typeof bind> | undefined
const native = () => bound ??= bind(koffi())

export type KernelAnswer = { readonly ok: string } | { readonly errno: string }

export interface Question {
  readonly path: string
  readonly lastComponent?: "follow" | "keep"
  readonly resolve: number
  /** The flags to open the file with, instead of `O_PATH`, and the mode of a new file. */
  readonly flags?: number
  readonly mode?: number
}

/** A question about names that need not be text. */
export interface ByteQuestion extends Omit<Question, "path"> {
  readonly path: Uint8Array
}

/**
 * How often to ask if the kernel answers with ELOOP. If mounts change anywhere on the machine, it can start again, and go
 * on counting links (`total_link_count` in `fs/namei.c`), so that 40 links, or a few less, are too many.
 */
export const LOOP_ATTEMPTS = 4

/** How often to ask if the kernel answers with an errno that other processes can cause. */
const attempts: Readonly<Record<string, number>> = {
  // A rename anywhere on the machine can make the kernel give up.
  EAGAIN: 100_000,
  ELOOP: LOOP_ATTEMPTS
}

/** Deno returns a text. */
const placeOf = (fd: number): Buffer => Buffer.from(readlinkSync(`/proc/self/fd/${fd}`, "buffer"))

/** An open directory, in which the kernel resolves paths. */
export class KernelRoot implements Disposable {
  readonly fd: number
  constructor(path: string) {
    this.fd = openSync(path, O_PATH | constants.O_DIRECTORY)
  }

  ask(question: Question): KernelAnswer {
    const answer = this.askBytes({ ...question, path: Buffer.from(question.path) })
    return "errno" in answer ? answer : { ok: answer.ok.toString() }
  }

  /** Like `ask`, for names that need not be text. */
  askBytes(question: ByteQuestion): { readonly ok: Buffer } | { readonly errno: string } {
    const fd = this.open(question)
    if (typeof fd !== "number") return fd
    try {
      const found = placeOf(fd)
      // Read each time, since the root can be renamed.
      const own = placeOf(this.fd)
      if (found.equals(own)) return { ok: Buffer.from("/") }
      return { ok: found.subarray(own.toString() === "/" ? 0 : own.length) }
    } finally {
      this.close(fd)
    }
  }

  /** Closes a descriptor of `open`. Deno's own `node:fs` refuses that. */
  close(fd: number): void {
    native().close(fd)
  }

  /** Opens the file. The caller closes the descriptor. Use this if its path can be too long for the kernel to show. */
  open(question: ByteQuestion): number | { readonly errno: string } {
    let answer = this.openOnce(question)
    for (let attempt = 1; typeof answer !== "number" && attempt < (attempts[answer.errno] ?? 0); attempt++) {
      answer = this.openOnce(question)
    }
    return answer
  }

  /** Like `open`, but does not try again. */
  openOnce(question: ByteQuestion): number | { readonly errno: string } {
    const { flags: asked = O_PATH, lastComponent = "follow", mode = 0, path, resolve } = question
    const flags = asked | O_CLOEXEC | (lastComponent === "keep" ? constants.O_NOFOLLOW : 0)
    const text = Buffer.concat([path, Buffer.of(0)])
    const { errno, syscall } = native()
    const fd = syscall(SYS_OPENAT2, this.fd, text, { flags, mode, resolve }, 24) as number
    return fd >= 0 ? fd : { errno: errno() }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}
