/** Fuzzes a line of `/proc/<pid>/mountinfo`, and the options of an overlay in it. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { target } from "@procfsroot/testkit/fuzz/target"
import assert from "node:assert/strict"
import { parseMount } from "../../src/mountinfo.js"
import { overlayOptions } from "../../src/diff/options.js"

/** Escapes a path as the kernel does (`mangle` in `fs/proc_namespace.c`). */
const mangled = (latin1: string): string =>
  latin1.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`)

/** Escapes the path of a layer: overlayfs expects backslashes before colons, and the kernel then escapes the result. */
const layer = (latin1: string): string => mangled(latin1.replace(/[:\\]/g, "\\$&")).replaceAll(",", "\\054")

const decoded = (latin1: string): string => SurrogateEscape.decode(Buffer.from(latin1, "latin1"))

const parameters = { redirectDir: false, redirectAlwaysFollow: true }

export const fuzz = target((bytes) => {
  const text = bytes.toString("latin1")
  for (const line of text.split("\n")) {
    const mount = parseMount(line)
    if (mount !== undefined) overlayOptions(mount.options, parameters)
    overlayOptions(line, parameters)
  }

  const [point = "", root = "", lower = ""] = text.split("\0")
  const line =
    `36 35 98:0 ${mangled(`/${root}`)} ${mangled(`/${point}`)} rw,noatime master:1 - overlay none lowerdir=` +
    `${layer(`/${lower}`)}:/x,upperdir=${layer(`/${point}`)}`
  const mount = parseMount(line)
  assert.deepEqual([mount?.root, mount?.point], [decoded(`/${root}`), decoded(`/${point}`)])
  const { lowers, upper } = overlayOptions(mount?.options ?? "", parameters)
  assert.deepEqual([lowers, upper], [[decoded(`/${lower}`), "/x"], decoded(`/${point}`)])
})
