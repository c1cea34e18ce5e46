/** Fuzzes `LS_COLORS`, and patterns of `find --name`. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { check, target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { painter } from "../../src/colours.js"
import { glob } from "../../src/glob.js"

const kinds = [
  "File",
  "Directory",
  "SymbolicLink",
  "FIFO",
  "Socket",
  "BlockDevice",
  "CharacterDevice",
  "Unknown"
] as const

export const fuzz = target((bytes) => {
  const [first = "", name = ""] = SurrogateEscape.decode(bytes).split("\0")
  const paint = painter(first)
  for (const kind of kinds) {
    for (const mode of [0o644, 0o755]) {
      // Only a colour and its end are ever added around a name.
      const painted = paint.name("shown", name, { type: kind, mode }).replaceAll("\u001b", "ESC")
      assert.match(painted, /^(?:ESC\[[\d;]+mshownESC\[0m|shown)$/)
    }
  }

  const matches = glob(first)
  matches(name)
  assert.equal(matches(""), /^\**$/.test(first))
  const literal = glob(Array.from(name, (character) => `\\${character}`).join(""))
  check(literal(name) && !literal(`${name}x`))
  check(glob("*")(name) && glob(`*${"?".repeat(Array.from(name).length)}*`)(name))
  check(!glob(`${"?".repeat(Array.from(name).length + 1)}*`)(name))
})
