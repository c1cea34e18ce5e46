/**
 * Fuzzes command lines, with one argument per line, and operands that name places. A wrong one must be refused with a
 * message.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { check, target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { commands } from "../../src/commands.js"
import { WrongUsage } from "../../src/failure.js"
import { visible } from "../../src/output.js"
import { read } from "../../src/parse.js"
import { placeOf } from "../../src/placeOperand.js"

const refused = <A>(attempt: () => A): A | undefined => {
  try {
    return attempt()
  } catch (error) {
    check(error instanceof WrongUsage, error instanceof Error ? error : String(error))
    assert.match(visible(error.message), /^[A-Z].*[.?]$/)
    return undefined
  }
}

const checkPlace = (operand: string): void => {
  const place = refused(() => placeOf(operand))
  if (place === undefined) return
  const { path, policy, where: { container, pid, root } } = place
  assert.equal([container, pid, root].filter((value) => value !== undefined).length, 1)
  if (policy !== undefined) {
    check(!path.startsWith("/"))
    // Together with that of the current directory, the path could be too long.
    check(Buffer.byteLength(operand) > 1_000)
    assert.equal(path === "." ? root : (root === "." ? "" : root) + path, operand)
    return
  }
  check(path === "" ? operand === "" : path.startsWith("/"))
  // No part of the operand gets lost.
  const typed = pid !== undefined
    ? operand.replace(/^pid:0*/, "pid:")
    : operand === "" || operand.startsWith("/") || container !== undefined
    ? operand
    : `${process.cwd()}/${operand}`
  const written = pid !== undefined
    ? `pid:${pid || ""}:${path}`
    : container !== undefined
    ? `${container}:${path}`
    : path
  assert.equal(written, typed)
}

export const fuzz = target((bytes) => {
  const words = SurrogateEscape.decode(bytes).split("\n")
  const line = refused(() => read(words, commands))
  if (line?._tag === "Run") {
    const { command: { operands: { least, most } }, operands } = line
    check(operands.length >= least && operands.length <= most)
    for (const operand of operands) check(words.includes(operand))
  }
  for (const word of words) checkPlace(word)
})
