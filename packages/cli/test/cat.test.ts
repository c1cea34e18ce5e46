import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn } from "node:child_process"
import { closeSync, linkSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { bin, run, shell } from "./command.js"
import { plain } from "./plain.js"
import { onTerminal } from "./terminal.js"

describe("cat", () => {
  const tree = plain()
  afterAll(() => tree[Symbol.dispose]())
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i * 7 % 256))
  writeFileSync(`${tree.path}/bytes`, bytes)

  it("prints the bytes of each file", () => {
    const { status, stdout } = run(["cat", "--root", tree.path, "bytes", "/tree/one/two/.hidden.log", "bytes"])
    expect(status).toBe(0)
    expect(stdout.equals(Buffer.concat([bytes, Buffer.from("hidden"), bytes]))).toBe(true)
  })

  it("prints files of procfs, which report no size", () => {
    expect(run(["cat", "--root", "/", "/proc/self/status"]).stdout.toString()).toMatch(/^Name:\t[\w-]+\n/)
  })

  it.for([0, 65_535, 65_536, 199_999])("stops after %d bytes and reports that there is more", (most) => {
    const { status, stderr, stdout } = run(["cat", "--root", tree.path, "--max-bytes", String(most), "bytes"])
    expect(stdout.equals(bytes.subarray(0, most))).toBe(true)
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `"bytes" is larger than --max-bytes ${most}; the rest is left out.\n`
    })
  })

  it("prints a file of exactly --max-bytes bytes without an error", () => {
    expect(run(["cat", "--root", tree.path, "--max-bytes", "200000", "bytes"])).toMatchObject({ status: 0, stderr: "" })
  })

  it.for([
    ["tree/fifo", `"tree/fifo" cannot be read: it is a fifo; use --special to read it (EINVAL).\n`],
    ["tree", `"tree" cannot be read: it is a directory (EISDIR).\n`]
  ])("refuses %s", ([path = "", stderr]) => {
    expect(run(["cat", "--root", tree.path, path])).toMatchObject({ status: 1, stderr })
  })

  it("refuses devices unless --special is given", () => {
    expect(run(["cat", "--root", "/", "/dev/zero"])).toMatchObject({
      status: 1,
      stderr: `"/dev/zero" cannot be read: it is a device; use --special to read it (EINVAL).\n`
    })
    const { stdout } = run(["cat", "--root", "/", "--special", "--max-bytes", "100000", "/dev/zero"])
    expect(stdout.equals(Buffer.alloc(100_000))).toBe(true)
    expect(shell("$bin cat --root / --special /dev/zero | head -c 9").stdout.length).toBe(9)
  })

  it.for(["a >> a", "b a b > a", "a 1<> a", "b a 1<> a", "a > a", "b >> a", "link >> a"])(
    "%s fails and writes the same as GNU cat",
    (words) => {
      using directory = temporary()
      const { path } = directory
      const outcome = (cat: string) => {
        writeFileSync(`${path}/a`, "a")
        writeFileSync(`${path}/b`, "b")
        rmSync(`${path}/link`, { force: true })
        linkSync(`${path}/a`, `${path}/link`)
        const { status, stderr } = shell(`cd "$1" && timeout 5 ${cat} ${words}`, [path])
        const isRefused = /the output is added to it, so it would never end|input file is output file/.test(stderr)
        return { status, isRefused, printed: readFileSync(`${path}/a`, "latin1").slice(0, 100) }
      }
      expect(outcome("$bin cat --root .")).toEqual(outcome("cat"))
    }
  )

  it("ends when the time is up", () => {
    const { status, stderr } = shell("$bin cat --root / --special --timeout 1 /dev/zero > /dev/null")
    expect({ status, stderr }).toEqual({ status: 1, stderr: "The command took longer than the 1 s of --timeout.\n" })
  })

  it("reads a fifo until no writer has it open", async () => {
    const reader = spawn(process.execPath, [bin, "cat", "--root", tree.path, "--special", "tree/fifo"])
    // Opened for reading and writing, so that this does not wait for a reader, and the reader finds a writer.
    const writer = openSync(`${tree.path}/tree/fifo`, "r+")
    writeSync(writer, "one\n")
    const parts: Array<string> = []
    for await (const part of reader.stdout) {
      parts.push(String(part))
      if (parts.length === 1) writeSync(writer, "two\n")
      else closeSync(writer)
    }
    expect(parts).toEqual(["one\n", "two\n"])
  })

  it.skipIf(without("terminal"))("escapes control characters on a terminal", () => {
    const head = Buffer.from("a\tb \u001b[31m \u202e é 語\n")
    // A character of three bytes is split between two parts.
    writeFileSync(
      `${tree.path}/text`,
      Buffer.concat([head, Buffer.alloc(65_535 - head.length, "x"), Buffer.from("語"), Buffer.of(0xe8)])
    )
    const shown = onTerminal(`$bin cat --root ${tree.path} text`)
    expect(shown.slice(0, 40)).toBe("a\tb \\u001b[31m \\u202e é 語\n".padEnd(40, "x"))
    expect(shown.slice(-10)).toBe("xxx語\\udce8")
  })
})
