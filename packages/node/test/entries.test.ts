/** Compares listings, by `getdents64` and without native calls, with the names and types that Node finds. */
import * as FileSystem from "@procfsroot/node/FileSystem"
import { openRoot } from "@procfsroot/node/OpenRoot"
import * as Root from "@procfsroot/node/Root"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { atRest } from "@procfsroot/testkit/descriptors"
import { judge, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { typeOf } from "@procfsroot/vfs/Attributes"
import * as Program from "@procfsroot/vfs/Program"
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync, readdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { describe, expect, it, vi } from "vitest"
import { load } from "../src/internal/native/binding.js"
import { bindEntries } from "../src/internal/native/entries.js"
import { load as loadKoffi } from "../src/internal/native/providers/koffi.js"
import type { OpenRoot } from "../src/internal/root.js"

const binding = load()
const calls = binding.openat2?.calls

const noCalls = judge(() => calls?.listNow === undefined ? "without native calls, Node lists directories" : undefined)

const O_PATH = 0o10000000

/** The expected entries: names read as bytes, with the types of `lstat(2)`. */
const expected = (directory: string) =>
  readdirSync(directory, "buffer").toSorted(Buffer.compare).map((name) => {
    const path = Buffer.concat([Buffer.from(`${directory}/`), name])
    return { name: SurrogateEscape.decode(name), type: typeOf(lstatSync(path)) }
  })

const listed = (directory: string, flags: number, isUnread: boolean) => {
  const fd = openSync(directory, flags)
  try {
    return calls?.listNow?.(fd, isUnread)
  } finally {
    closeSync(fd)
  }
}

const namesIn = (directory: string) => {
  const fd = openSync(directory, O_PATH)
  try {
    return calls?.namesNow?.(fd)
  } finally {
    closeSync(fd)
  }
}

/** Lists a directory on the thread pool, until there are more than `most` entries. */
const listedOnPool = (directory: string, most = Number.POSITIVE_INFINITY, listOnPool = calls?.listOnPool) => {
  const fd = openSync(directory, O_PATH)
  const listing = new Promise<ReturnType<typeof listed>>((resolve) => {
    if (listOnPool === undefined) throw new Error("nothing can be called on the thread pool")
    listOnPool(fd, (count) => count > most, resolve)
  })
  // It must not be needed any more.
  closeSync(fd)
  return listing
}

const noPool = judge(() => calls?.listOnPool === undefined ? "no function can be called on the thread pool" : undefined)

const makeNames = (directory: string) => {
  for (const name of ["a", "B", "\u00e9", "\uff5e", "\u{1f600}", "a b\n", "x".repeat(255)]) {
    writeFileSync(`${directory}/${name}`, "")
  }
  for (const bytes of [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbf, 0xbd]]) {
    writeFileSync(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(bytes)]), "")
  }
  mkdirSync(`${directory}/directory`)
  execFileSync("ln", ["-s", "a", `${directory}/link`])
  execFileSync("mkfifo", [`${directory}/fifo`])
}

describe.skipIf(without(noCalls))("listing by getdents64", () => {
  it("lists names and types, sorted by their bytes", () => {
    using box = temporary()
    makeNames(box.path)
    const names = expected(box.path)
    expect(names.length).toBe(14)
    expect(listed(box.path, O_PATH, false)).toEqual(names)
    expect(listed(box.path, constants.O_RDONLY, true)).toEqual(names)
    expect(listed("/dev", O_PATH, false)).toEqual(expected("/dev"))
    mkdirSync(`${box.path}/empty`)
    expect(listed(`${box.path}/empty`, O_PATH, false)).toEqual([])
  })

  it("lists names alone in the same order", () => {
    using box = temporary()
    makeNames(box.path)
    expect(namesIn(box.path)).toEqual(expected(box.path).map(({ name }) => name))
    mkdirSync(`${box.path}/ascii`)
    for (const name of ["b", "a".repeat(12), "a".repeat(13), "a".repeat(255)]) {
      writeFileSync(`${box.path}/ascii/${name}`, "")
    }
    expect(namesIn(`${box.path}/ascii`)).toEqual(expected(`${box.path}/ascii`).map(({ name }) => name))
  })

  it("lists a few thousand names, and reports that there are more", () => {
    using box = temporary()
    for (let i = 0; i < 3_000; i++) writeFileSync(`${box.path}/${i}`, "")
    expect(listed(box.path, O_PATH, false)).toEqual(expected(box.path))
    for (let i = 3_000; i < 8_000; i++) writeFileSync(`${box.path}/${i}`, "")
    expect(listed(box.path, O_PATH, false)).toBe("large")
    expect(namesIn(box.path)).toBe("large")
  })

  it("returns undefined for every error", () => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    expect(listed(`${box.path}/file`, O_PATH, false)).toBeUndefined()
    expect(calls?.listNow?.(-1, true)).toBeUndefined()
    expect(calls?.listNow?.(-1, false)).toBeUndefined()
    expect(calls?.namesNow?.(-1)).toBeUndefined()
  })

  it("opens only directories", () => {
    using box = temporary()
    makeNames(box.path)
    const top = openSync(box.path, O_PATH)
    const codeOf = (name: string): unknown => {
      try {
        const fd = calls?.openToList?.(top, name) ?? -1
        closeSync(fd)
        return "opened"
      } catch (thrown) {
        return (thrown as { readonly code?: unknown }).code
      }
    }
    expect(["directory", "a", "link", "fifo", "none", "x".repeat(256)].map(codeOf)).toEqual(
      ["opened", "ENOTDIR", "ENOTDIR", "ENOTDIR", "ENOENT", "ENAMETOOLONG"]
    )
    closeSync(top)
  })
})

describe.skipIf(without(noPool))("listing on the thread pool", () => {
  const makeMany = (directory: string) => {
    for (let i = 0; i < 8_000; i++) writeFileSync(`${directory}/${i}`, "")
  }

  it("lists names and types of large directories, several at once", async () => {
    using box = temporary()
    for (const name of ["texts", "bytes", "empty"]) mkdirSync(`${box.path}/${name}`)
    makeMany(`${box.path}/texts`)
    makeMany(`${box.path}/bytes`)
    makeNames(`${box.path}/bytes`)
    const before = await atRest()
    for (let round = 0; round < 2; round++) {
      const directories = ["texts", "bytes", "texts", "empty"].map((name) => `${box.path}/${name}`)
      expect(await Promise.all(directories.map((directory) => listedOnPool(directory))))
        .toEqual(directories.map(expected))
    }
    expect(await atRest()).toBe(before)
  })

  it("stops when there are enough", async () => {
    using box = temporary()
    makeMany(box.path)
    const before = await atRest()
    const some = await listedOnPool(box.path, 10)
    expect(some?.length).toBeGreaterThan(10)
    expect(some?.length).toBeLessThan(8_000)
    expect(await atRest()).toBe(before)
  })

  it("returns undefined for every error", async () => {
    using box = temporary()
    writeFileSync(`${box.path}/file`, "")
    const before = await atRest()
    expect(await listedOnPool(`${box.path}/file`)).toBeUndefined()
    const { listOnPool } = bindEntries({ ...loadKoffi(), declareAsync: () => (done) => done(-1) })
    expect(await listedOnPool(box.path, 10, listOnPool)).toBeUndefined()
    expect(await atRest()).toBe(before)
  })

  it("uses memory again, since it stays allocated", async () => {
    using box = temporary()
    makeMany(box.path)
    let allocated = 0
    const library = loadKoffi()
    const { listOnPool } = bindEntries({
      ...library,
      allocate: (length) => {
        allocated += length
        return library.allocate(length)
      }
    })
    await listedOnPool(box.path, 10, listOnPool)
    const before = allocated
    await listedOnPool(box.path, 10, listOnPool)
    expect(allocated).toBe(before)
  })

  type ListOnPool = NonNullable<NonNullable<typeof calls>["listOnPool"]>

  const listedBy = async (path: string, listOnPool: ListOnPool, signal?: AbortSignal) => {
    const handle = Root.open(path)
    const root = handle.value as OpenRoot // implements the interface
    Object.defineProperty(root, "calls", { value: { ...root.calls, listOnPool } })
    try {
      return await Program.runPromise(FileSystem.make(handle).readDirectoryEntries("/"), signal)
    } finally {
      handle.close()
    }
  }

  it("is used for large directories, unless it fails", async () => {
    using box = temporary()
    makeMany(box.path)
    makeNames(box.path)
    const all = expected(box.path)
    expect(await listedBy(box.path, (_, __, done) => done([]))).toEqual([])
    expect(await listedBy(box.path, (_, __, done) => done(undefined))).toEqual(all)
    await using root = await openRoot(box.path)
    const before = await atRest()
    expect(await root.directory.readDirectoryEntries("/")).toEqual(all)
    expect(root.sync.readdirSync("/", { withFileTypes: true })).toHaveLength(all.length)
    expect(await atRest()).toBe(before)
  })

  it("stops when the caller does not wait any more", async () => {
    using box = temporary()
    makeMany(box.path)
    const controller = new AbortController()
    let isEnoughLater: boolean | undefined
    const listing = listedBy(box.path, (_, isEnough, done) => {
      expect(isEnough(1_000_000)).toBe(false)
      controller.abort()
      setImmediate(() => {
        isEnoughLater = isEnough(0)
        done([])
      })
    }, controller.signal)
    await expect(listing).rejects.toThrow("aborted")
    await vi.waitFor(() => expect(isEnoughLater).toBe(true))
  })
})

describe.skipIf(without("nodeFs"))("listing without native calls", () => {
  const listings = async (directory: string) => {
    await using root = await openRoot(directory, { native: "none" })
    const entries: Array<{ readonly name: string; readonly type: string }> = []
    for await (const { name, type } of root.directory.streamDirectoryEntries("/")) entries.push({ name, type })
    return {
      entries: entries.toSorted((a, b) => SurrogateEscape.compareBytes(a.name, b.name)),
      names: await root.promises.readdir("/"),
      bytes: await root.promises.readdir("/", "buffer")
    }
  }

  const expectedListings = (directory: string) => {
    const entries = expected(directory)
    return { entries, names: entries.map(({ name }) => name), bytes: readdirSync(directory, "buffer") }
  }

  it("lists names and types of every kind", async () => {
    using box = temporary()
    makeNames(box.path)
    const server = createServer().listen(`${box.path}/socket`)
    await once(server, "listening")
    expect(await listings(box.path)).toEqual(expectedListings(box.path))
    server.close()
    expect((await listings("/dev")).entries).toEqual(expected("/dev"))
  })

  it.skipIf(without("root"))("lists a block device", async () => {
    using box = temporary()
    makeNames(box.path)
    execFileSync("mknod", [`${box.path}/block`, "b", "7", "0"])
    expect(await listings(box.path)).toEqual(expectedListings(box.path))
  })

  it("lists a large directory in which a name is not UTF-8", async () => {
    using box = temporary()
    makeNames(box.path)
    for (let i = 0; i < 4_000; i++) writeFileSync(`${box.path}/${String(i).padStart(60, "x")}`, "")
    expect(await listings(box.path)).toEqual(expectedListings(box.path))
  })
})

// Root may search every directory, but CI also runs this as an ordinary user.
it.each(["auto", "none"] as const)(
  "files are listed without looking them up, as by Node; native: %s",
  async (native) => {
    using directory = temporary()
    mkdirSync(`${directory.path}/d/closed`, { recursive: true })
    writeFileSync(`${directory.path}/d/closed/f`, "")
    chmodSync(`${directory.path}/d/closed`, 0o400)
    await using root = await openRoot(directory.path, { native })
    expect(await root.promises.readdir("/d", { recursive: true })).toEqual(["closed", "closed/f"])
    expect(root.sync.readdirSync("/d", { recursive: true })).toEqual(
      readdirSync(`${directory.path}/d`, { recursive: true })
    )
    chmodSync(`${directory.path}/d/closed`, 0o700)
  }
)
