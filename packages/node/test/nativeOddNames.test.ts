/**
 * System calls with names that are not UTF-8, of which a library that takes texts makes other names: each byte becomes
 * U+FFFD. Files with those names are there as well, and nothing may be done with them.
 */
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { expect, it } from "vitest"
import { openRoot } from "../src/index.js"
import { load } from "../src/internal/native/binding.js"
import { procfsCalls } from "../src/internal/procfs/systemCalls.js"
import type { Place, SystemCalls } from "../src/internal/systemCalls.js"
import { nativeCalls } from "./nativeCalls.js"
import { rejection } from "./rejection.js"

type Run = (calls: SystemCalls, at: (name: string) => Place) => unknown

const { O_CREAT, O_EXCL, O_WRONLY } = Fs.constants

const operations: ReadonlyArray<readonly [name: string, run: Run]> = [
  ["open", (calls, at) => {
    const fd = calls.open(at("").directory.fd, "f\udcff")
    const { size } = Fs.fstatSync(fd)
    calls.close(fd)
    return size
  }],
  ["create", (calls, at) => Fs.closeSync(calls.create(at("new\udcff"), O_WRONLY | O_CREAT | O_EXCL, 0o600))],
  ["lstat", (calls, at) => calls.lstat(at("f\udcff"))?.size],
  ["readlink", (calls, at) => calls.readlink(at("").directory.fd, "l\udcff")],
  ["mkdir", (calls, at) => calls.mkdir(at("new\udcff"), 0o700)],
  ["symlink", (calls, at) => calls.symlink("target", at("new\udcff"))],
  ["symlink to it", (calls, at) => calls.symlink("f\udcff", at("new"))],
  ["link", (calls, at) => calls.link(at("plain"), at("new\udcff"))],
  ["link of it", (calls, at) => calls.link(at("f\udcff"), at("new"))],
  ["rename", (calls, at) => calls.rename(at("f\udcff"), at("new"), "replace")],
  ["rename to it", (calls, at) => calls.rename(at("plain"), at("f\udcff"), "replace")],
  ["unlink", (calls, at) => calls.unlink(at("f\udcff"))],
  ["rmdir", (calls, at) => calls.rmdir(at("d\udcff"))]
]

const bytesOf = (name: string): Buffer => Buffer.from(name, "latin1")

/** Creates each file twice. Its name ends with the byte 0xff, or with U+FFFD in UTF-8. */
const fill = (directory: string): void => {
  Fs.writeFileSync(`${directory}/plain`, "plain")
  for (const [end, content] of [["\xff", "the right one"], ["\xef\xbf\xbd", "another"]] as const) {
    Fs.writeFileSync(bytesOf(`${directory}/f${end}`), content)
    Fs.symlinkSync(content, bytesOf(`${directory}/l${end}`))
    Fs.mkdirSync(bytesOf(`${directory}/d${end}`))
  }
}

const contentOf = (path: Buffer): string => {
  const stats = Fs.lstatSync(path)
  if (stats.isSymbolicLink()) return Fs.readlinkSync(path, "latin1")
  return stats.isFile() ? Fs.readFileSync(path, "latin1") : "directory"
}

/** What a call returns, and what is in its directory then. */
const outcome = (calls: SystemCalls, run: Run) => {
  using box = temporary()
  fill(box.path)
  const fd = Fs.openSync(box.path, "r")
  const result = run(calls, (name) => ({ directory: { fd }, name, slash: false }))
  Fs.closeSync(fd)
  const names = Fs.readdirSync(box.path, "latin1").toSorted()
  return { result, files: names.map((name) => [name, contentOf(bytesOf(`${box.path}/${name}`))]) }
}

it.skipIf(without(nativeCalls)).each(operations)("%s does the same by native calls as by Node", (_, run) => {
  expect(outcome(load().openat2?.calls ?? procfsCalls, run)).toEqual(outcome(procfsCalls, run))
})

it.each(["kernel", "walk"] as const)("a path with such names is resolved: %s", async (strategy) => {
  using box = temporary()
  fill(box.path)
  for (const end of ["\xff", "\xef\xbf\xbd"]) Fs.symlinkSync(bytesOf(`f${end}`), bytesOf(`${box.path}/to${end}`))
  await using root = await openRoot(box.path, { strategy })
  expect(await root.resolve("/to\udcff")).toBe("/f\udcff")
  expect(await root.promises.readFile("/to\udcff", "utf8")).toBe("the right one")
  Fs.unlinkSync(bytesOf(`${box.path}/f\xff`))
  Fs.unlinkSync(bytesOf(`${box.path}/l\xff`))
  expect(await rejection(root.resolve("/to\udcff"))).toMatchObject({ code: "ENOENT" })
  expect(await rejection(root.resolve("/l\udcff"))).toMatchObject({ code: "ENOENT" })
})

it.skipIf(without("mountHere")).each(["kernel", "walk"] as const)(
  "a path with such names crosses a mount only if it is on one: %s",
  async (strategy) => {
    using box = mountedTemporary()
    using other = temporary()
    fill(box.path)
    bindMount(other.path, `${box.path}/d\ufffd`)
    await using root = await openRoot(box.path, { strategy, mounts: "forbid" })
    expect(await root.promises.readdir("/d\udcff")).toEqual([])
    expect(await root.resolve("/d\udcff", { mounts: "forbid" })).toBe("/d\udcff")
    expect(await rejection(root.promises.readdir("/d\ufffd"))).toMatchObject({ code: "EXDEV" })
  }
)
