/** Streams of open files behave as with Node's own file system. */
import { once } from "node:events"
import * as NodeFs from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { describe, expect, it } from "vitest"
import { codeOf, itIsAsOverNode, type Program, thrownBy } from "./asOverNode.js"
import { type Fs, runs } from "./fileSystems.js"

/** The events of a stream until it is closed, with the codes of its errors. */
const eventsOf = (stream: NodeJS.EventEmitter, last = "close"): Promise<ReadonlyArray<string>> =>
  new Promise((resolve) => {
    const events: Array<string> = []
    for (const name of ["open", "ready", "data", "end", "finish", "error", "close"]) {
      stream.on(name, (value: unknown) => {
        const what = typeof value === "object" && value !== null && "code" in value ? value.code : value
        events.push(`${name} ${String(what)}`)
        if (name === last) setImmediate(() => resolve(events))
      })
    }
  })

const textOf = async (chunks: AsyncIterable<unknown>): Promise<ReadonlyArray<string>> => {
  const texts: Array<string> = []
  for await (const chunk of chunks) texts.push(String(chunk))
  return texts
}

/** Everything that a reader returns, as text. */
const drained = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> => {
  let text = ""
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text += Buffer.from(next.value).toString()
  }
  return text
}

const large = Buffer.alloc(300_000, "0123456789abcdef")

const programs: Readonly<Record<string, Program>> = {
  "streams to read": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "0123456789")
    const all = [
      {},
      { start: 2, end: 5 },
      { end: 0 },
      { start: 3, highWaterMark: 2 },
      { encoding: "base64" },
      { encoding: null },
      { emitClose: true }
    ] as const
    const answers = []
    for (const options of all) {
      const file = await fs.open(`${base}/f`)
      const stream = file.createReadStream(options)
      const events = await eventsOf(stream)
      answers.push([options, events, stream.bytesRead, stream.path, file.fd, await codeOf(file.stat())])
    }
    return answers
  },
  "options of streams that are not an object": async (fs, base) => {
    const untyped = (options: unknown) => options as undefined
    const answers: Array<unknown> = []
    for (const options of [null, "base64", 5, true].map(untyped)) {
      const write = (await fs.open(`${base}/f`, "w")).createWriteStream(options)
      write.end("one\ntwo")
      answers.push(await eventsOf(write))
      answers.push(await textOf((await fs.open(`${base}/f`)).createReadStream(options)))
      answers.push(await textOf((await fs.open(`${base}/f`)).readLines(options)))
    }
    return answers
  },
  "streams to read that leave the file open": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "0123456789")
    const file = await fs.open(`${base}/f`)
    await file.read(Buffer.alloc(2))
    const first = file.createReadStream({ autoClose: false, start: 1, end: 2 })
    const events = await eventsOf(first, "end")
    const rest = await textOf(file.createReadStream({ autoClose: false }))
    const { size } = await file.stat()
    const closing = eventsOf(first)
    await file.close()
    return [events, rest, size, await closing, first.destroyed, file.fd]
  },
  "streams that are ended early": async (fs, base) => {
    await fs.writeFile(`${base}/f`, large)
    const broken = await fs.open(`${base}/f`)
    const chunks: Array<number> = []
    const first = broken.createReadStream({ highWaterMark: 1_000 })
    const firstClosed = new Promise<void>((resolve) => first.on("close", () => resolve()))
    for await (const chunk of first) {
      chunks.push(chunk.length)
      break
    }
    await firstClosed
    const aborted = await fs.open(`${base}/f`)
    const abort = new AbortController()
    const stream = aborted.createReadStream({ signal: abort.signal })
    const events = eventsOf(stream)
    abort.abort()
    const closed = await fs.open(`${base}/f`)
    const left = closed.createReadStream()
    const leftEvents = eventsOf(left)
    await Promise.all([closed.close(), closed.close()])
    const destroyed = await fs.open(`${base}/f`)
    const withError = destroyed.createReadStream({ emitClose: false })
    const [error] = await Promise.all([once(withError, "error"), withError.destroy(new Error("no more"))])
    await destroyed.close()
    const ofAborted = (await events).filter((event) => !event.startsWith("data"))
    const open = [broken.fd, aborted.fd, closed.fd, destroyed.fd]
    return [chunks, ofAborted, (await leftEvents).at(-1), left.destroyed, String(error), open]
  },
  "streams that fail": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "x")
    const directory = await fs.open(base === "" ? "/" : base)
    const readOnly = await fs.open(`${base}/f`)
    const writeOnly = await fs.open(`${base}/f`, "a")
    const writing = readOnly.createWriteStream()
    writing.write("y")
    const answers = await Promise.all([
      eventsOf(directory.createReadStream()),
      eventsOf(writing),
      eventsOf(writeOnly.createReadStream())
    ])
    await Promise.all([directory.close(), readOnly.close(), writeOnly.close()])
    return [answers, [directory.fd, readOnly.fd, writeOnly.fd]]
  },
  "streams whose signal is already aborted": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "0123456789")
    const answers = []
    for (const autoClose of [true, false]) {
      const options = { autoClose, signal: AbortSignal.abort() }
      const read = await fs.open(`${base}/f`)
      const written = await fs.open(`${base}/f`, "r+")
      const [reading, writing] = [read.createReadStream(options), written.createWriteStream(options)]
      writing.write("x", () => {})
      const errors = [once(reading, "error"), once(writing, "error")]
      await Promise.all([read.close(), written.close()])
      answers.push([read.fd, written.fd, (await Promise.all(errors)).map(String), reading.destroyed, writing.destroyed])
    }
    return answers
  },
  "streams of a closed file": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w+")
    await file.close()
    return [
      await thrownBy(() => file.createReadStream()),
      await thrownBy(() => file.createWriteStream()),
      await thrownBy(() => file.readLines()),
      await thrownBy(() => file.readableWebStream())
    ]
  },
  "streams to write": async (fs, base) => {
    const all = [{}, { start: 2 }, { encoding: "hex" }, { encoding: null }, { highWaterMark: 1 }] as const
    const answers = []
    for (const options of all) {
      await fs.writeFile(`${base}/f`, "........")
      const file = await fs.open(`${base}/f`, "r+")
      const stream = file.createWriteStream(options)
      const events = eventsOf(stream)
      const full = stream.write("6162")
      stream.cork()
      for (const text of ["63", "64"]) stream.write(text)
      stream.uncork()
      stream.end(Buffer.from("!"))
      answers.push([
        options,
        full,
        await events,
        stream.bytesWritten,
        stream.path,
        file.fd,
        await fs.readFile(`${base}/f`, "utf8")
      ])
    }
    return answers
  },
  "streams to write that leave the file open": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w")
    await file.write("one")
    const stream = file.createWriteStream({ autoClose: false })
    stream.write("two")
    await file.close()
    return [stream.destroyed, file.fd, await fs.readFile(`${base}/f`, "utf8")]
  },
  "streams that are closed with the file": async (fs, base) => {
    const file = await fs.open(`${base}/f`, "w")
    const stream = file.createWriteStream()
    const events = eventsOf(stream)
    stream.write("all of ")
    stream.write("it")
    await file.close()
    return [await events, file.fd, await fs.readFile(`${base}/f`, "utf8")]
  },
  "pipelines": async (fs, base) => {
    await fs.writeFile(`${base}/f`, large)
    const [from, to] = [await fs.open(`${base}/f`), await fs.open(`${base}/g`, "w")]
    await pipeline(from.createReadStream({ start: 1 }), to.createWriteStream())
    const again = await fs.open(`${base}/h`, "w")
    await pipeline(Readable.from(["a", "b", "c"], { objectMode: false }), again.createWriteStream())
    const copied = (await fs.readFile(`${base}/g`)).equals(large.subarray(1))
    return [copied, from.fd, to.fd, await fs.readFile(`${base}/h`, "utf8")]
  },
  "lines": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "a\nb\r\n\nlast")
    const file = await fs.open(`${base}/f`)
    const lines = await textOf(file.readLines())
    const part = await fs.open(`${base}/f`)
    const some = await textOf(part.readLines({ start: 2, end: 4, autoClose: false }))
    const { size } = await part.stat()
    await part.close()
    return [lines, file.fd, some, size]
  },
  "web streams": async (fs, base) => {
    await fs.writeFile(`${base}/f`, large)
    await using file = await fs.open(`${base}/f`)
    await file.read(Buffer.alloc(3))
    const stream = file.readableWebStream({ type: "bytes" })
    const locked = await thrownBy(() => file.readableWebStream({ type: "bytes" }))
    const text = await drained(stream.getReader())
    // The file stays open.
    return [locked, text === large.toString().slice(3), (await file.stat()).size]
  },
  "web streams into a buffer": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "0123456789")
    await using file = await fs.open(`${base}/f`)
    const reader = file.readableWebStream({ type: "bytes" }).getReader({ mode: "byob" })
    const first = await reader.read(new Uint8Array(4))
    const { buffer } = await file.read(Buffer.alloc(2))
    const rest = await reader.read(new Uint8Array(40))
    const end = await reader.read(new Uint8Array(4))
    return [buffer, ...[first, rest, end].map(({ done, value }) => [done, String(value)])]
  },
  "web streams that are ended early": async (fs, base) => {
    await fs.writeFile(`${base}/f`, large)
    const cancelled = await fs.open(`${base}/f`)
    const stream = cancelled.readableWebStream({ type: "bytes" })
    await stream.cancel()
    const { size } = await cancelled.stat()
    await cancelled.close()
    const closed = await fs.open(`${base}/f`)
    const reader = closed.readableWebStream({ type: "bytes" }).getReader()
    await reader.read()
    await closed.close()
    return [size, cancelled.fd, await reader.read(), await reader.closed, closed.fd]
  }
}

itIsAsOverNode(programs)

/** The types are those of Node 20, which does not have the option. */
const autoClose: object = { autoClose: true }

/** Options that the streams refuse. */
const refused = {
  read: [{ start: 5, end: 2 }, { encoding: "none" as BufferEncoding }, { signal: {} as AbortSignal }, {
    highWaterMark: -1
  }],
  write: [{ start: -1 }, { flush: 1 as unknown as boolean }]
}

/** Closes a file after one of its streams has ended. */
const afterStream = async (fs: Fs, flags: string, event: string) => {
  const file = await fs.open("/f", flags)
  const stream = file.createWriteStream({ autoClose: false })
  const events = eventsOf(stream, event)
  stream.end("x")
  await events
  await file.close()
  return { fd: file.fd, isDestroyed: stream.destroyed }
}

describe.each(["kernel", "memory"] as const)("differences from Node 20: %s", (name) => {
  it("a file closes after a stream with `autoClose: false` has finished or failed", () =>
    runs[name](async (fs) => {
      expect(await afterStream(fs, "w", "finish")).toEqual({ fd: -1, isDestroyed: true })
      expect(await afterStream(fs, "r", "error")).toEqual({ fd: -1, isDestroyed: true })
      expect(await fs.readFile("/f", "utf8")).toBe("x")
    }))

  it("a file closes if a stream with `autoClose: false` fails after `close` was called", () =>
    runs[name](async (fs) => {
      await fs.writeFile("/f", "content")
      const file = await fs.open("/f")
      const stream = file.createWriteStream({ autoClose: false })
      const events = eventsOf(stream)
      stream.write("x")
      await file.close()
      expect([file.fd, ...(await events)]).toEqual([-1, "error EBADF", "close undefined"])
    }))

  it("a file closes after a stream refused its options", () =>
    runs[name](async (fs) => {
      const file = await fs.open("/f", "w+")
      for (const options of refused.read) {
        const code = await thrownBy(() => NodeFs.createReadStream("/dev/null", options))
        expect([options, await thrownBy(() => file.createReadStream(options))]).toEqual([options, code])
      }
      for (const options of refused.write) {
        const code = await thrownBy(() => NodeFs.createWriteStream("/dev/null", options))
        expect([options, await thrownBy(() => file.createWriteStream(options))]).toEqual([options, code])
      }
      await file.close()
      expect(file.fd).toBe(-1)
    }))

  it("a web stream has bytes even without `type`, and can close the file", () =>
    runs[name](async (fs) => {
      await fs.writeFile("/f", "content")
      const read = await fs.open("/f")
      expect(await new Response(read.readableWebStream(autoClose)).text()).toBe("content")
      const cancelled = await fs.open("/f")
      await cancelled.readableWebStream(autoClose).cancel()
      const open = await fs.open("/f")
      expect(await thrownBy(() => open.readableWebStream({ type: 5 as unknown as "bytes" }))).toBe(
        "ERR_INVALID_ARG_TYPE"
      )
      await open.readableWebStream().cancel()
      expect([read.fd, cancelled.fd, open.fd > 0]).toEqual([-1, -1, true])
      await open.close()
    }))

  it("a file closes after a web stream has failed", () =>
    runs[name](async (fs) => {
      const file = await fs.open("/f", "w")
      const reader = file.readableWebStream().getReader()
      expect([await codeOf(reader.read()), await codeOf(reader.closed)]).toEqual(["EBADF", "EBADF"])
      await file.close()
      expect(file.fd).toBe(-1)
    }))

  it("a file closes if a web stream could not fill the last element of a buffer", () =>
    runs[name](async (fs) => {
      for (const autoClosing of [{}, autoClose]) {
        await fs.writeFile("/f", "abc")
        const file = await fs.open("/f")
        const reader = file.readableWebStream({ type: "bytes", ...autoClosing }).getReader({ mode: "byob" })
        expect(await reader.read(new Uint16Array(8))).toMatchObject({ done: false, value: { length: 1 } })
        await expect(reader.read(new Uint16Array(8))).rejects.toThrow(TypeError)
        await file.close()
        expect(file.fd).toBe(-1)
      }
      await fs.writeFile("/f", "abc")
      const file = await fs.open("/f")
      const reader = file.readableWebStream({ type: "bytes" }).getReader({ mode: "byob" })
      await reader.read(new Uint16Array(8))
      // Handled at once, since the read can fail a turn before the file is closed.
      const reading = Promise.allSettled([reader.read(new Uint16Array(8))])
      await file.close()
      expect(await reading).toEqual([{ status: "rejected", reason: expect.any(TypeError) }])
      expect(file.fd).toBe(-1)
    }))

  it("a file that is closed during a read of a web stream closes after the read, and ends the stream", () =>
    runs[name](async (fs) => {
      await fs.writeFile("/f", large)
      for (const mode of [undefined, "byob"] as const) {
        const file = await fs.open("/f")
        const stream = file.readableWebStream()
        const reader = mode === undefined ? stream.getReader() : stream.getReader({ mode })
        const reading = reader.read(new Uint8Array(8))
        await file.close()
        expect(await reading).toMatchObject({ done: true })
        await reader.closed
        expect(file.fd).toBe(-1)
      }
    }))
})
