/** Block devices and directories as standard input and output, from which Node's streams read and write nothing. */
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { shell } from "./command.js"

interface Loop extends Disposable {
  readonly path: string
}

/** Makes a block device of a file. */
const loop = (file: string): Loop => {
  const path = execFileSync("losetup", ["--find", "--show", file], { encoding: "utf8", stdio: "pipe" }).trim()
  return { path, [Symbol.dispose]: () => void execFileSync("losetup", ["--detach", path]) }
}

const SIZE = 1 << 20

/** A file with this content and zeros. */
const disk = (directory: string, content: string): string => {
  const file = `${directory}/disk`
  writeFileSync(file, content)
  truncateSync(file, SIZE)
  return file
}

const devices = judge(() => {
  using directory = temporary()
  try {
    loop(disk(directory.path, ""))[Symbol.dispose]()
    return undefined
  } catch (error) {
    return `no loop device can be made: ${error instanceof Error ? error.message : String(error)}`
  }
})

/** What is on the device, without the zeros at the end. */
const contentOf = (device: string): string => {
  const fd = openSync(device, "r")
  try {
    fsyncSync(fd)
    return readFileSync(fd, "latin1").replace(/\0+$/, "")
  } finally {
    closeSync(fd)
  }
}

describe.skipIf(without(devices))("a block device", () => {
  it.each([
    ["cat", "$bin cat --root \"$1\" /f"],
    ["cat with a time limit", "$bin cat --timeout 60 --root \"$1\" /f"]
  ])("is written by %s", (_, script) => {
    using directory = temporary()
    using device = loop(disk(directory.path, ""))
    writeFileSync(`${directory.path}/f`, "content")
    const { status, stderr } = shell(`${script} > "$2"`, [directory.path, device.path])
    expect({ status, stderr, content: contentOf(device.path) }).toEqual({ status: 0, stderr: "", content: "content" })
  })

  it("that is too small is an error", () => {
    using directory = temporary()
    using device = loop(disk(directory.path, ""))
    writeFileSync(`${directory.path}/f`, "x".repeat(SIZE + 1))
    const { status, stderr } = shell("$bin cat --root \"$1\" /f > \"$2\"", [directory.path, device.path])
    const why = "no space left on device (ENOSPC)"
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `The results cannot be written to standard output: ${why}.\n`
    })
  })

  it("is read for paths", () => {
    using directory = temporary()
    using device = loop(disk(directory.path, "/f\n".repeat(512)))
    writeFileSync(`${directory.path}/f`, "")
    const { stdout } = shell("$bin resolve --root \"$1\" --stdin < \"$2\" | head -n 512", [directory.path, device.path])
    expect(stdout.toString()).toBe("/f\n".repeat(512))
  })

  it("can have an archive", () => {
    using directory = temporary()
    using target = temporary()
    using device = loop(disk(directory.path, ""))
    writeFileSync(`${directory.path}/f`, "content")
    const paths = [directory.path, target.path, device.path]
    const { status, stderr } = shell("$bin cp \"$1/f\" - > \"$3\" && $bin cp - \"$2\" < \"$3\"", paths)
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    expect(readFileSync(`${target.path}/f`, "utf8")).toBe("content")
  })
})

it("a directory cannot be written, nor read as an archive", () => {
  using directory = temporary()
  const { status, stderr } = shell("$bin ls --root \"$1\" -a 1< \"$1\"", [directory.path])
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "The results cannot be written to standard output: bad file descriptor (EBADF).\n"
  })
  const read = shell("$bin cp - \"$1\" < \"$1\"", [directory.path])
  expect({ status: read.status, stderr: read.stderr }).toEqual({
    status: 1,
    stderr: "The standard input cannot be read: illegal operation on a directory (EISDIR).\n"
  })
})
