/** Tests that neither messages nor JSON contain characters that garble a terminal or are invisible. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as FastCheck from "effect/FastCheck"
import { Buffer } from "node:buffer"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import * as Json from "../src/json.js"
import { bytesOf, legible, visible } from "../src/output.js"
import { lines, run } from "./command.js"
import { onTerminal } from "./terminal.js"

/** C0 without newlines, DEL, C1, direction marks, separators, lone surrogates, invisible letters, and noncharacters. */
const unseen = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u

const suspicious = FastCheck.constantFrom(
  ..."\0 \u001b \u007f \u009b \u0085 \u202e \u2066 \u200b \ufeff \u3164 \uffff \u{e0041} \udc9b \ud800 \" \\ é 語 😀"
    .split(
      " "
    ),
  "\n",
  "\u2028",
  "\\u202e"
)

const text = FastCheck.array(
  FastCheck.oneof(suspicious, FastCheck.string({ unit: "binary" }), FastCheck.uint8Array().map(SurrogateEscape.decode))
).map((parts) => parts.join(""))

describe("any text", () => {
  it("becomes one line of JSON with its value or its bytes, and only visible characters", () => {
    FastCheck.assert(
      FastCheck.property(text, text, (key, value) => {
        const line = Json.line({ [key]: [value] })
        expect(line).not.toMatch(unseen)
        expect(line.indexOf("\n")).toBe(line.length - 1)
        const exact = value.isWellFormed()
          ? { [key]: [value] }
          : { [key]: [value.toWellFormed()], [`${key}_base64`]: [Buffer.from(bytesOf(value)).toString("base64")] }
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(exact)))
      }),
      { numRuns: 2000 }
    )
  })

  it("becomes a message or a record with only visible characters", () => {
    FastCheck.assert(
      FastCheck.property(text, (value) => {
        expect(visible(value)).not.toMatch(unseen)
        expect(visible(visible(value))).toBe(visible(value))
        expect(legible(value)).not.toMatch(/\n/)
        expect(legible(value)).not.toMatch(unseen)
      }),
      { numRuns: 2000 }
    )
  })

  it("that is empty is shown by its quotes", () => {
    expect(legible("")).toBe("\"\"")
  })

  it("is shown or escaped, for every code point", () => {
    const wrong: Array<number> = []
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      const shown = visible(character)
      if (unseen.test(shown) || (shown !== character) !== unseen.test(character)) wrong.push(code)
    }
    expect(wrong).toEqual([])
  })
})

/** The path in a line of JSON, from its bytes if it is not UTF-8. */
const pathIn = (line: string): string => {
  const { path, path_base64: bytes }: { readonly path: string; readonly path_base64?: string } = JSON.parse(line)
  return bytes === undefined ? path : SurrogateEscape.decode(Buffer.from(bytes, "base64"))
}

/** File names: bytes without `/` and NUL, and without `.` and `..`. */
const name = text.map((value) => Buffer.from(SurrogateEscape.encode(value) ?? value))
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 0x2f)).subarray(0, 200))
  .filter((bytes) => bytes.length > 0 && !/^\.{1,2}$/.test(bytes.toString()))

describe("random names", () => {
  const names = FastCheck.sample(name, { numRuns: 150, seed: 8 })

  /** Every second name is a file, and each name has a link to it. The name of the root contains such characters too. */
  const inTree = (use: (root: string, paths: ReadonlyArray<Buffer>) => void) => {
    using directory = temporary()
    const root = `${directory.path}/\u202eroot\u009b`
    mkdirSync(root)
    const inRoot = (bytes: Uint8Array) => Buffer.concat([Buffer.from(`${root}/`), bytes])
    names.forEach((bytes, i) => {
      if (i % 2 === 0) writeFileSync(inRoot(bytes), "")
      symlinkSync(bytes, `${root}/link${i}`)
    })
    use(root, [...names, ...names.map((_, i) => Buffer.from(`link${i}`))])
  }

  it("are unchanged in --json", () =>
    inTree((root, paths) => {
      const input = Buffer.concat(paths.flatMap((path) => [path, Buffer.of(0)]))
      const args = ["resolve", "--root", root, "--json", "--host", "--missing=last", "--stdin", "-z"]
      const answers = lines(run(args, input).stdout)
      expect(answers.filter((line) => unseen.test(line))).toEqual([])
      expect(answers.map(pathIn)).toEqual(paths.map(SurrogateEscape.decode))
    }))

  it.skipIf(without("terminal"))(
    "never garble a terminal",
    () =>
      inTree((root, paths) => {
        const file = `${root}/paths`
        writeFileSync(file, Buffer.concat(paths.flatMap((path) => [path, Buffer.of(0)])))
        const env = {
          NO_COLOR: "1",
          root,
          file,
          other: "-\u009b\u202e",
          evil: "/\u001b]0;title\u0007\u009b\u202e\u2028"
        }
        const print = (args: string) => onTerminal(`$bin ${args}`, env)
        const json = print(`resolve --root "$root" --json --stdin -z < "$file"`)
        expect(json).not.toMatch(unseen)
        expect(lines(json).map(pathIn)).toEqual(paths.map(SurrogateEscape.decode))
        // NULs of -z and tabs are removed, since they are harmless.
        const printed = [
          `resolve --root "$root" --stdin -z < "$file"`,
          `resolve --root "$root" --host --stdin < "$file"`,
          `resolve --root "$root" "$evil"`,
          `resolve --root "$evil" /`,
          `resolve --root "$root" --pid "$evil" /`,
          `resolve --pid "$evil" /`,
          `resolve --root / --containment "$evil" /`,
          `resolve --root / "$other" /`,
          `resolve --root / "$other=$evil" /`,
          `"$evil"`,
          `explain --root "$root" link0`,
          `explain --root "$root" link1`,
          `explain --root "$root" --json --host link0`,
          `explain --root "$root" --json link1`,
          `ls --root "$root" -la`,
          `ls --root "$root" -R`,
          `ls --root "$root" -d "$evil" link0`,
          `find --root "$root" --json`,
          `find --root "$root"`,
          `du --root "$root" -a`,
          `readlink --root "$root" link0 link1 link2 "$evil"`,
          `stat --root "$root" link0 link1 "$evil"`,
          `stat --root "$root" --json link0 link1`,
          `cat --root "$root" paths "$evil"`
        ].map((args) => ({ args, output: print(args).replaceAll("\0", "").replaceAll("\t", "") }))
        expect(printed.filter(({ output }) => output === "" || unseen.test(output))).toEqual([])
      })
  )
})
