/** Arguments with which no system call can be made, and the order in which names are refused. */
import type { File, OpenFlag } from "@effect/platform/FileSystem"
import type { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Fs from "node:fs"
import { codeOf, strategies, within } from "./fileSystems.js"

const text = new TextEncoder().encode("text")

const box = () => {
  const directory = temporary()
  Fs.writeFileSync(`${directory.path}/f`, "0123456789")
  return directory
}

/** `ok`, `BadArgument`, an errno, or the text of a defect. */
const told = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "ok"
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) return Cause.pretty(exit.cause)
  const error = failure.value as { readonly _tag?: string }
  return error._tag === "BadArgument" ? "BadArgument" : codeOf(error)
}

type Call = (fs: FileSystem, number: number) => Effect.Effect<unknown, unknown, Scope.Scope>

const onFile =
  (use: (file: File, number: number) => Effect.Effect<unknown, unknown>, flag: OpenFlag = "r+"): Call => (fs, number) =>
    Effect.flatMap(fs.open("/f", { flag }), (file) => use(file, number))

/** The numbers at the end of each row are those that a call accepts, as Node and the kernel do. */
const calls: ReadonlyArray<readonly [string, Call, ReadonlyArray<number>]> = [
  ["truncate", (fs, number) => fs.truncate("/f", number), [-1]],
  ["truncate of a missing file", (fs, number) => fs.truncate("/missing", number), [-1]],
  ["file.truncate", onFile((file, number) => file.truncate(number)), [-1]],
  ["read", onFile((file, number) => Effect.zipRight(file.seek(number, "start"), file.read(new Uint8Array(3)))), []],
  ["readAlloc at", onFile((file, number) => Effect.zipRight(file.seek(number, "start"), file.readAlloc(3))), []],
  ["write", onFile((file, number) => Effect.zipRight(file.seek(number, "start"), file.write(text))), []],
  ["writeAll", onFile((file, number) => Effect.zipRight(file.seek(number, "current"), file.writeAll(text))), []],
  ["readAlloc", onFile((file, number) => file.readAlloc(number)), []],
  ["chmod", (fs, number) => fs.chmod("/f", number), []],
  ["chmod of a missing file", (fs, number) => fs.chmod("/missing", number), []],
  ["chown", (fs, number) => fs.chown("/f", number, number), [-1]],
  ["chown of a missing file", (fs, number) => fs.chown("/missing", number, 0), [-1]],
  ["utimes", (fs, number) => fs.utimes("/f", number, number), [1.5, -1, 2 ** 31, 2 ** 53]],
  ["open", (fs, number) => fs.open("/f", { mode: number }), []],
  ["writeFile", (fs, number) => fs.writeFile("/f", text, { mode: number }), []],
  ["makeDirectory", (fs, number) => fs.makeDirectory("/f", { mode: number }), []],
  ["makeDirectory of many", (fs, number) => fs.makeDirectory("/f/g", { mode: number, recursive: true }), []]
]

/** 2 ** 31 is not a bad number for the calls in `sizes`. */
const numbers = [1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53]
const sizes = [
  "truncate",
  "truncate of a missing file",
  "file.truncate",
  "read",
  "readAlloc at",
  "write",
  "writeAll",
  "chown",
  "chown of a missing file"
]

describe.each(strategies)("arguments of NodeRootFileSystem: $name", (strategy) => {
  it.effect.each(calls)("bad numbers: %s", ([name, call, good]) =>
    Effect.gen(function*() {
      using directory = box()
      for (const number of numbers.filter((number) => number !== 2 ** 31 || !sizes.includes(name))) {
        const answer = told(yield* Effect.exit(within(directory.path, strategy, (fs) => call(fs, number))))
        const expected = good.includes(number) ? ["ok", "ENOENT", "EPERM"] : ["BadArgument"]
        expect([name, number, expected]).toEqual([name, number, expect.arrayContaining([answer])])
      }
      if (good.length === 0) expect(Fs.readFileSync(`${directory.path}/f`, "utf8")).toBe("0123456789")
    }))

  it.effect("seek returns the new position, at which the next call continues", () =>
    Effect.gen(function*() {
      using directory = box()
      const answers = yield* within(directory.path, strategy, (fs) =>
        Effect.flatMap(fs.open("/f", { flag: "r+" }), (file) =>
          Effect.all([
            file.seek(5, "start"),
            file.seek(-2, "current"),
            file.seek(3n, "current"),
            Effect.map(
              file.readAlloc(2),
              Option.map((bytes) =>
                new TextDecoder().decode(bytes)
              )
            ),
            file.seek(0, "current"),
            // After a seek to an invalid position, reads fail until the next seek.
            Effect.zipRight(file.seek(Number.NaN, "start"), Effect.exit(file.readAlloc(1))),
            Effect.zipRight(file.seek(9, "start"), file.readAlloc(1))
          ] as ReadonlyArray<Effect.Effect<unknown, unknown>>)))
      expect(answers.map((answer) =>
        Exit.isExit(answer) ? told(answer) : answer
      )).toEqual([
        5n,
        3n,
        6n,
        Option.some("67"),
        8n,
        "BadArgument",
        Option.some(new TextEncoder().encode("9"))
      ])
    }))

  const two = ["copy", "copyFile", "link", "rename"] as const

  it.effect("text that cannot be a path is refused before any path is looked up", () =>
    Effect.gen(function*() {
      using directory = box()
      const refused = (bad: string) =>
        within(directory.path, strategy, (fs) =>
          Effect.forEach([
            ...two.flatMap((method) => [fs[method]("/missing/x", bad), fs[method](bad, "/missing/x")]),
            fs.symlink("text", bad),
            fs.symlink("", `/${bad}`)
          ], (effect) => Effect.flip(effect)))
      for (const [bad, code] of [["x\0", "EINVAL"], ["\ud800", "EILSEQ"], ["\udcc3\udca9", "EILSEQ"]] as const) {
        const errors = yield* refused(bad)
        expect(errors.map((error) => [error._tag, codeOf(error)])).toEqual(errors.map(() => ["BadArgument", code]))
      }
    }))

  it.effect("the target of a link is refused before its path is looked up", () =>
    Effect.gen(function*() {
      using directory = box()
      const texts = ["", "x".repeat(4_096), "\ud800", "x\0", "x"]
      const errors = yield* within(directory.path, strategy, (fs) =>
        Effect.forEach(texts, (text) =>
          Effect.exit(fs.symlink(text, "/missing/x"))))
      expect(errors.map(told)).toEqual(["ENOENT", "ENAMETOOLONG", "BadArgument", "BadArgument", "ENOENT"])
      expect(
        errors.map((error) =>
          String(error)
        ).join("")
      ).not.toContain(directory.path)
    }))

  it.effect("text that cannot be encoded is refused instead of replaced by U+FFFD", () =>
    Effect.gen(function*() {
      using directory = box()
      const errors = yield* within(directory.path, strategy, (fs) =>
        Effect.forEach(
          ["\ud800", "\udc7f", "\udcc3\udca9"].flatMap((ill) => [
            fs.symlink(ill, "/l"),
            fs.writeFile(`/${ill}`, text),
            fs.makeDirectory(`/${ill}/x`, { recursive: true }),
            fs.makeTempDirectory({ directory: "/", prefix: ill }),
            fs.makeTempFile({ directory: "/", suffix: ill }),
            fs.rename("/f", `/${ill}`)
          ]) satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>,
          (effect) => Effect.flip(effect)
        ))
      expect(errors.map(codeOf)).toEqual(errors.map(() => "EILSEQ"))
      // The escape of a byte that is not UTF-8 is written as this byte.
      yield* within(directory.path, strategy, (fs) => fs.symlink("\udcff", "/l"))
      expect(Fs.readlinkSync(`${directory.path}/l`, "buffer")).toEqual(Buffer.from([0xff]))
      const names = Fs.readdirSync(directory.path, "buffer").map((name) => name.toString("latin1"))
      expect(names.filter((name) => name.includes("\xef\xbf\xbd"))).toEqual([])
    }))

  it.effect("copy and remove fail with the codes of Node's own functions", () =>
    Effect.gen(function*() {
      using directory = box()
      Fs.mkdirSync(`${directory.path}/d/e`, { recursive: true })
      const errors = yield* within(directory.path, strategy, (fs) =>
        Effect.forEach(
          [fs.copy("/d", "/f"), fs.copy("/f", "/d"), fs.copy("/f", "/f"), fs.copy("/d", "/d/e/x"), fs.remove("/d")],
          (effect) => Effect.flip(effect)
        ))
      expect(errors.map((error) => [codeOf(error), error._tag === "SystemError" && error.reason])).toEqual([
        ["ERR_FS_CP_DIR_TO_NON_DIR", "Unknown"],
        ["ERR_FS_CP_NON_DIR_TO_DIR", "Unknown"],
        ["ERR_FS_CP_EINVAL", "Unknown"],
        ["ERR_FS_CP_EINVAL", "Unknown"],
        ["ERR_FS_EISDIR", "Unknown"]
      ])
    }))
})
