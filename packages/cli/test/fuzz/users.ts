/** Fuzzes `passwd` and `group` of a root, which an attacker can have written, `uid_map`, and `/proc/<pid>/stat`. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { check, target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { parseStat } from "../../src/containers/processes.js"
import { idsOf } from "../../src/userNamespace.js"
import { namesIn } from "../../src/users.js"

const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < 2 ** 32

export const fuzz = target((bytes) => {
  const text = bytes.toString("latin1")
  const names = namesIn(text)
  for (const [id, name] of names) {
    check(isId(id), `the id ${id}`)
    check(/^[!-~]+$/.test(name) && !name.includes(":") && !/^\d+$/.test(name), `the name ${JSON.stringify(name)}`)
  }
  assert.deepEqual(namesIn(Array.from(names, ([id, name]) => `${name}:x:${id}:`).join("\n")), names)

  const { inside, outside } = idsOf(text)
  for (const id of [0, 1000, 65_534, 2 ** 32 - 1]) {
    for (const found of [inside(id), outside(id)]) check(found === undefined || typeof found === "number")
  }
  const [first = 0, second = 0] = bytes
  const map = idsOf(`         ${first}       ${second * 1000}          65536\n`)
  assert.deepEqual([map.inside(second * 1000), map.inside(second * 1000 + 65_536)], [first, undefined])
  assert.deepEqual([map.outside(first), map.outside(first + 65_536)], [second * 1000, undefined])

  parseStat(text)
  // The name of the program can contain any bytes.
  const command = text.slice(0, 15)
  const stat = parseStat(`42 (${command}) S 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 99 0 0\n`)
  assert.deepEqual(stat, {
    parent: 7,
    startTime: 99,
    command: SurrogateEscape.decode(Buffer.from(command, "latin1")),
    runs: true,
    threads: 1
  })
})
