/** Names that are not UTF-8, passed and returned as escaped text. */
import { describe, expect, it } from "@effect/vitest"
import { SurrogateEscape } from "@procfsroot/path"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot, Resolve } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { type Answer, ask, makeRoot, strategies } from "./strategies.js"

/** In these texts, `\xff` is the byte 0xff. */
const bytes = (text: string): Buffer => Buffer.from(text, "latin1")
const escaped = (name: Buffer): string => SurrogateEscape.decode(name)

const euro = bytes("\xe2\x82\xac").toString("latin1")
const long = "\xff".repeat(255)

const tree = (root: string): void => {
  const place = (name: string) => Buffer.concat([Buffer.from(`${root}/`), bytes(name)])
  mkdirSync(place("d\xff"))
  mkdirSync(place("d\xfe"))
  mkdirSync(place(`d${euro}`))
  writeFileSync(place("d\xff/inner"), "")
  writeFileSync(place("d\xfe/other"), "")
  writeFileSync(place("\xef\xbf\xbd"), "U+FFFD, which is UTF-8")
  writeFileSync(place("\xed\xa0\x80"), "a surrogate, which is none")
  writeFileSync(place(long), "")
  symlinkSync(bytes("d\xff"), place("toFF"))
  symlinkSync(bytes("/d\xfe/"), place("toFE\xfd"))
  symlinkSync(bytes("\xef\xbf\xbd"), place("toReplacement"))
  symlinkSync(bytes("\xff\xfe"), place("dangling"))
}

const paths = [
  "d\xff",
  "d\xfe",
  `d${euro}`,
  "d\xfd",
  "d\xff/inner",
  "d\xff/other",
  "d\xfe/../d\xff/./inner",
  "d\xff/",
  "d\xff/inner/",
  "\xef\xbf\xbd",
  "\xff",
  "\xed\xa0\x80",
  "toFF",
  "toFF/inner",
  "toFF/other",
  "toFF/..",
  "toFE\xfd",
  "toFE\xfd/other",
  "toReplacement",
  "dangling",
  long,
  `${long}\xff`,
  `d\xff/${long}`
].map(bytes)

const judged = (kernel: KernelRoot, path: Buffer, lastComponent: "follow" | "keep"): Answer => {
  const answer = kernel.askBytes({ path, lastComponent, resolve: Resolve.inRoot })
  return "errno" in answer ? answer : { ok: escaped(answer.ok) }
}

describe.skipIf(without("openat2")).each(strategies)("names as bytes: $name", (strategy) => {
  it.scoped("have the same results as in the kernel, byte by byte", () =>
    Effect.gen(function*() {
      using directory = temporary()
      tree(directory.path)
      using kernel = new KernelRoot(directory.path)
      const root = yield* makeRoot(directory.path, strategy)
      for (const lastComponent of ["follow", "keep"] as const) {
        const answers = yield* ask(strategy, root, paths.map(escaped), { lastComponent })
        expect(answers).toEqual(paths.map((path) => judged(kernel, path, lastComponent)))
      }
    }))

  it.scoped("a result that must be passed to the system as bytes is not well-formed text", () =>
    Effect.gen(function*() {
      using directory = temporary()
      tree(directory.path)
      const root = yield* makeRoot(directory.path, strategy)
      const [bad, good] = yield* ask(strategy, root, ["toFF/inner", "toReplacement"], {})
      expect(bad).toEqual({ ok: "/d\udcff/inner" })
      expect(good).toEqual({ ok: "/\ufffd" })
      expect("/d\udcff/inner".isWellFormed()).toBe(false)
    }))

  it.scoped("a lone surrogate that does not encode a byte is refused", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const root = yield* makeRoot(directory.path, strategy)
      expect(yield* ask(strategy, root, ["a\ud800", "\udc41/x"], {})).toEqual([{ errno: "EILSEQ" }, {
        errno: "EILSEQ"
      }])
    }))

  it.scoped("a name is only one string: the escapes of bytes that are a character are refused", () =>
    Effect.gen(function*() {
      using directory = temporary()
      mkdirSync(`${directory.path}/\u00e9`)
      symlinkSync("\u00e9", `${directory.path}/l`)
      const root = yield* makeRoot(directory.path, strategy)
      const escapes = ["/\udcc3\udca9", "/\u00e9/../\udcc3\udca9", "l/\udce2\udc82\udcac"]
      for (const missing of ["error", "tail"] as const) {
        const answers = yield* ask(strategy, root, ["/\u00e9", "/l", ...escapes], { missing })
        expect(answers).toEqual([
          { ok: "/\u00e9" },
          { ok: "/\u00e9" },
          ...escapes.map(() => ({ errno: "EILSEQ" }))
        ])
      }
      const { result } = yield* root.explain("/\udcc3\udca9")
      expect(result).toMatchObject({ left: { _tag: "InvalidPath", code: "EILSEQ" } })
      expect(yield* root.locate("/\udcc3\udca9")).toMatchObject({ deepest: "/" })
      const unavailable = yield* Effect.flip(makeRoot(`${directory.path}/\udcc3\udca9`, strategy))
      expect([unavailable._tag, unavailable.code]).toEqual(["RootUnavailable", "EILSEQ"])
    }))

  it.scoped("the path of the root need not be UTF-8", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const name = Buffer.concat([Buffer.from(`${directory.path}/`), bytes("box\xff")])
      mkdirSync(name)
      mkdirSync(Buffer.concat([name, bytes("/in\xfe")]))
      symlinkSync(bytes("/in\xfe"), Buffer.concat([name, bytes("/l")]))
      const root = yield* makeRoot(`${directory.path}/box\udcff`, strategy)
      expect(yield* ask(strategy, root, ["/l", "/", "/l/.."], {})).toEqual([
        { ok: "/in\udcfe" },
        { ok: "/" },
        { ok: "/" }
      ])
    }))
})
