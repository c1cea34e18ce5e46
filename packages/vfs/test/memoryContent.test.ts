/** Tests the content of files in memory: what is shared with images, and what is written, cut off and made longer. */
import { describe, expect, it } from "vitest"
import { type Content, lazy, stored } from "../src/internal/memory/image.js"
import { File } from "../src/internal/memory/inode.js"

const attributes = { mode: 0o644, uid: 0, gid: 0, mtime: 0 }

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (content: Uint8Array): string => new TextDecoder().decode(content).replaceAll("\0", "·")

const fileOf = (content: Content | string): File =>
  new File(attributes, typeof content === "string" ? stored(bytes(content)) : content)

describe("a file", () => {
  it("is read between two positions, up to its end", () => {
    const file = fileOf("0123456789")
    const view = (start?: number, end?: number) => text(file.view(start, end))
    expect([view(), view(3), view(3, 5), view(8, 20), view(10), view(20, 30)])
      .toEqual(["0123456789", "3456789", "34", "89", "", ""])
    file.write(bytes("ab"), 10)
    expect([view(9), view(9, 11), view(12), view(20, 30), view()]).toEqual(["9ab", "9a", "", "", "0123456789ab"])
  })

  it("has zeros where nothing was written", () => {
    const file = fileOf("ab")
    file.write(bytes("c"), 4)
    expect([text(file.view()), file.size]).toEqual(["ab··c", 5])
    file.resize(1)
    file.resize(4)
    expect([text(file.view()), file.size]).toEqual(["a···", 4])
    file.write(bytes("x"), 2)
    file.write(bytes("yz"), 3)
    expect([text(file.view()), file.size]).toEqual(["a·xyz", 5])
  })

  it("has zeros where it was cut off, even if it has room for more", () => {
    const file = fileOf("")
    for (const at of [0, 5, 10, 15, 20]) file.write(bytes("01234"), at)
    file.resize(7)
    file.write(bytes("x"), 12)
    expect(text(file.view())).toBe("0123401·····x")
    file.resize(3)
    file.resize(25)
    expect(text(file.view())).toBe(`012${"·".repeat(22)}`)
  })

  it("grows by at most as much as it has, so that appending costs little", () => {
    const file = fileOf("")
    const buffers = new Set<ArrayBufferLike>()
    for (let i = 0; i < 1_000; i++) {
      file.write(bytes("x"), i)
      buffers.add(file.view().buffer)
    }
    expect(buffers.size).toBeLessThan(15)
    expect(file.view().buffer.byteLength).toBeLessThanOrEqual(2_000)
    expect(text(file.view())).toBe("x".repeat(1_000))
  })
})

describe("shared content", () => {
  it("does not change with the file", () => {
    const changes: Readonly<Record<string, (file: File) => void>> = {
      "Xbcdef": (file) => file.write(bytes("X"), 0),
      "abcdefX": (file) => file.write(bytes("X"), 6),
      "abc": (file) => file.resize(3),
      "": (file) => file.resize(0),
      "abcdef··": (file) => file.resize(8)
    }
    for (const [expected, change] of Object.entries(changes)) {
      for (const before of ["start", "shared"]) {
        const file = fileOf(before === "start" ? "abcdef" : "abc")
        if (before === "shared") file.write(bytes("def"), 3)
        const content = file.share()
        change(file)
        expect([text(file.view()), file.size]).toEqual([expected, expected.length])
        expect([text(content.bytes()), content.size]).toEqual(["abcdef", 6])
        expect(text(file.share().bytes())).toBe(expected)
      }
    }
  })

  it("is the same until the file changes", () => {
    const content = stored(bytes("abc"))
    const file = fileOf(content)
    expect([file.share(), file.share()]).toEqual([content, content])
    expect(file.share()).toBe(content)
    file.write(bytes("X"), 0)
    const next = file.share()
    expect([next === content, file.share() === next]).toEqual([false, true])
  })
})

describe("content that is read later", () => {
  const later = (size: number, actual: string) => {
    let reads = 0
    const content = lazy(size, () => {
      reads++
      return bytes(actual)
    })
    return { file: fileOf(content), content, reads: () => reads }
  }

  it("has the size that it was given until it is read, and is read once", () => {
    const { content, file, reads } = later(2, "content")
    expect([file.size, content.size, reads()]).toEqual([2, 2, 0])
    file.load()
    expect([file.size, content.size, text(file.view()), reads()]).toEqual([7, 7, "content", 1])
    file.load()
    file.write(bytes("C"), 0)
    expect([text(file.view()), text(content.bytes()), reads()]).toEqual(["Content", "content", 1])
  })

  it("is not read to be emptied", () => {
    const { file, reads } = later(2, "content")
    file.resize(0)
    expect([file.size, text(file.view()), reads()]).toEqual([0, "", 0])
  })

  it("is read to be viewed", () => {
    const { file, reads } = later(20, "content")
    expect([text(file.view(3, 20)), file.size, reads()]).toEqual(["tent", 7, 1])
  })
})
