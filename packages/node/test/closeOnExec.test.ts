/** Programs that this process starts get none of its descriptors: one of a directory would lead out of their root. */
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import { O_CLOEXEC } from "../src/internal/constants.js"
import { make } from "../src/internal/fileSystem/fileSystem.js"
import { waitingHere } from "../src/internal/fileSystem/pooled.js"
import { load } from "../src/internal/native/binding.js"
import type { Library } from "../src/internal/native/library.js"
import { bind } from "../src/internal/native/openat2.js"
import * as koffi from "../src/internal/native/providers/koffi.js"
import { open } from "../src/internal/root.js"

/** The same number on every architecture (`include/uapi/asm-generic/unistd.h`). */
const SYS_OPENAT2 = 437

/** Whether a program that is started now would get the descriptor (`proc_pid_fdinfo(5)`). */
const isInherited = (fd: number): boolean => {
  const [, flags = ""] = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1")) ?? []
  return (Number.parseInt(flags, 8) & O_CLOEXEC) === 0
}

/** The same library, which reports what it opens. */
const reporting = (library: Library, opened: (call: string, fd: number) => void): Library => ({
  ...library,
  declare: (name, ...parameters) => {
    const call = library.declare(name, ...parameters)
    return (...args) => {
      const result = call(...args)
      const opens = name === "openat" || (name === "syscall" && Number(args[0]) === SYS_OPENAT2)
      if (opens && result >= 0) opened(`${name}(${parameters.join(", ")})`, result)
      return result
    }
  }
})

const noKoffi = judge(() => {
  const binding = load()
  return binding.openat2 !== undefined && binding.native?.name === "koffi"
    ? undefined
    : "the library does not make its calls by koffi"
})

it.skipIf(without(noKoffi, "openat2"))("every native call closes what it opens in programs that are started", () => {
  using box = temporary()
  mkdirSync(`${box.path}/d/e`, { recursive: true })
  symlinkSync("d", `${box.path}/l`)
  writeFileSync(Buffer.from(`${box.path}/d/\xff`, "latin1"), "")
  const inherited = new Map<string, boolean>()
  const openat2 = bind(reporting(koffi.load(), (call, fd) => {
    inherited.set(call, inherited.get(call) === true || isInherited(fd))
  }))
  const root = open(box.path, { bind: () => ({ openat2 }) })
  const fs = make(root)
  waitingHere(() => {
    fs.realPath("/l/e")
    fs.lstat("/d/\udcff")
    Program.runSync(fs.readDirectory("/d", true))
    Program.runSync(fs.writeFile("/l/new", new Uint8Array(1), "w", 0o666))
    Program.runSync(fs.copy("/d", "/copy"))
    Program.runSync(fs.remove("/copy", { recursive: true }))
    const walk = fs.rootDirectory.walkTree("/")
    Program.runSync(walk.next())
    Program.runSync(walk.close())
  })
  root.close()
  expect(Object.fromEntries(inherited)).toEqual({
    "openat(int, memory, int)": false,
    "openat(int, text, int)": false,
    "openat(int, text, int, int)": false,
    "syscall(long, int, text, memory, long)": false
  })
})
