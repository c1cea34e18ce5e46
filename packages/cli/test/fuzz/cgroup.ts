/** Fuzzes the text of `/proc/<pid>/cgroup`. A program that can create cgroups chooses their names. */
import { check, target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { claims, isId, validName } from "../../src/containers/cgroup.js"

/** How many claims are reported at most: the four innermost and the four outermost. */
const MOST = 8

export const fuzz = target((bytes) => {
  const text = bytes.toString("latin1")
  const found = claims(text)
  check(found.length <= MOST)
  for (const { id, name, podUid = "", userId = 0 } of found) {
    check(id === undefined || isId(id))
    check(name === undefined || validName(name) === name)
    check(/^[0-9a-f-]*$/.test(podUid))
    check(Number.isSafeInteger(userId))
  }
  // A line that is not in the format of a cgroup file changes nothing.
  assert.deepEqual(claims(`${text}\nnot a cgroup\n`), found)
})
