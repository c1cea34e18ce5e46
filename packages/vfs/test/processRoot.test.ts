/** Tests why the root of a process cannot be opened, and small rules about methods, handles and shortcuts. */
import * as Handle from "@procfsroot/vfs/Handle"
import * as Method from "@procfsroot/vfs/Method"
import * as ProcessRoot from "@procfsroot/vfs/ProcessRoot"
import * as Refusal from "@procfsroot/vfs/Refusal"
import * as SuccessRate from "@procfsroot/vfs/SuccessRate"
import { describe, expect, it } from "vitest"

describe("the root of a process", () => {
  it.each(
    [
      ["ENOENT", undefined, "NotFound", "ESRCH"],
      ["EACCES", undefined, "NotFound", "ESRCH"],
      ["ENOENT", "Z", "Zombie", "ESRCH"],
      ["EACCES", "X", "Zombie", "ESRCH"],
      ["EACCES", "S", "NotPermitted", "EACCES"],
      ["EPERM", "R", "NotPermitted", "EPERM"]
    ] as const
  )("that cannot be opened because of %s in the state %s is %s", (code, state, why, reported) => {
    expect(ProcessRoot.why(code, state)).toBe(why)
    expect(ProcessRoot.codeOf(why, code)).toBe(reported)
  })

  it("can be unavailable for another reason", () => {
    expect(ProcessRoot.why("ENOENT", "S")).toBeUndefined()
  })

  it("has its place in procfs", () => {
    expect(ProcessRoot.path(7)).toBe("/proc/7/root")
  })

  it.each(
    [
      [
        "NotFound",
        "There is no process 7 here: it has ended, it belongs to another PID namespace, or procfs hides it (ESRCH)."
      ],
      ["Zombie", "The process 7 is a zombie: it has ended and has no root any more (ESRCH)."],
      [
        "NotPermitted",
        "The root of process 7 cannot be opened: permission denied; run this as the process's user, or with " +
        "CAP_SYS_PTRACE, for example as root (ESRCH)."
      ]
    ] as const
  )("that is %s is reported in a sentence", (why, message) => {
    expect(ProcessRoot.message(7, why, "ESRCH")).toBe(message)
  })

  it("does not exist if its number cannot be a PID, and the message says so", () => {
    const messages = [0, -1, 1.5, Number.NaN].map((pid) => ProcessRoot.message(pid, "NotFound", "ESRCH"))
    expect(messages).toEqual(["0", "-1", "1.5", "NaN"].map((pid) => `${pid} cannot be a PID (ESRCH).`))
  })
})

describe("methods", () => {
  it("are all named once, and `utime` is only the name in errors", () => {
    expect(Method.methods).toContain("writeFileAtomic")
    expect(Method.methods).toContain("readAlloc")
    expect(Method.methods).not.toContain("utime")
    expect(new Set(Method.methods).size).toBe(Method.methods.length)
    expect(Method.methods.filter((name) => !(name in Method.syscalls)).toSorted())
      .toEqual(["close", "read", "readAlloc", "resolve", "sync", "write", "writeAll"])
  })

  it("make temporary names in a directory, whose slashes are left out", () => {
    expect(Method.temporaryPrefix("/tmp")).toBe("/tmp/")
    expect(Method.temporaryPrefix("/tmp", { directory: "/d//", prefix: "p-" })).toBe("/d/p-")
    expect(Method.temporaryPrefix("/tmp/", { prefix: "p-" })).toBe("/tmp/p-")
  })
})

describe("a refusal", () => {
  it("is the reason why something cannot be placed", () => {
    expect(Refusal.whyRefused(() => Refusal.refuse("too long"))).toBe("too long")
    expect(Refusal.whyRefused(() => {})).toBeUndefined()
    expect(() =>
      Refusal.whyRefused(() => {
        throw new Error("another error")
      })
    ).toThrow("another error")
  })
})

describe("a shared handle", () => {
  it("closes its value with the last handle, once", () => {
    const closed: Array<string> = []
    const first = Handle.make("value", (value) => {
      closed.push(value)
      return "closed"
    })
    const second = first.retain()
    expect([first.value, second.value, first.isOpen]).toEqual(["value", "value", true])
    expect([first.close(), first.close(), first.isOpen, closed.length]).toEqual([undefined, undefined, false, 0])
    const third = second.retain()
    expect([second.close(), third.value, third.close(), third.close(), closed.length])
      .toEqual([undefined, "value", "closed", undefined, 1])
  })

  it("that is closed cannot be used", () => {
    const handle = Handle.make("value", () => {})
    const other = handle.retain()
    handle.close()
    const closed = expect.objectContaining({ code: "EBADF" })
    expect(() => handle.value).toThrow(closed)
    expect(() => handle.retain()).toThrow(closed)
    expect(other.value).toBe("value")
  })
})

describe("a success rate", () => {
  it("falls and rises by a sixteenth of the distance", () => {
    const rate = SuccessRate.make()
    expect(rate.average).toBe(1)
    rate.record(false)
    expect(rate.average).toBe(15 / 16)
    rate.record(true)
    expect(rate.average).toBe(15 / 16 + 1 / 256)
  })

  it("makes a call worth it above a share, and every 16th time below", () => {
    const rate = SuccessRate.make()
    expect(rate.isWorthAsking(0.99)).toBe(true)
    rate.record(false)
    const asked = (share: number) => Array.from({ length: 33 }, () => rate.isWorthAsking(share))
    expect(asked(0.9)).toEqual(Array(33).fill(true))
    expect(asked(15 / 16).flatMap((isAsked, i) => isAsked ? [i] : [])).toEqual([0, 16, 32])
  })
})
