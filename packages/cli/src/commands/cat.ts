/** `procfsroot cat`: prints the content of files, in constant memory. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { type BigIntStats, constants, fstatSync, readFileSync } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { setTimeout } from "node:timers/promises"
import { codeOf } from "../failure.js"
import { command, flag, whole } from "../options.js"
import { complainOf, onTerminal, visible, write, writeBytes } from "../output.js"
import { readNext } from "../readAgain.js"
import { attempt, failedWith, type Reading, reading, readingOptions } from "../reading.js"

const options = {
  ...readingOptions,
  "max-bytes": whole(
    "N",
    "Print at most N bytes of each file. If a file has more, this is an error, and the exit status is 1.",
    0
  ),
  special: flag(
    "Read fifos and devices as well. Reading a device can have side effects. A fifo is read until no process has it " +
      "open for writing."
  )
}

/** How many bytes are read at a time. */
const PART = 1 << 16

/** How long to wait for a fifo or device that has nothing to read now, in milliseconds. */
const PAUSE = 20

/** How many bytes at the end are the start of an incomplete UTF-8 character. */
const incomplete = (bytes: Uint8Array): number => {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0
    if (byte < 0x80) return 0
  }
  return 0
}

const legibleText = (bytes: Uint8Array): string => SurrogateEscape.decode(bytes).split("\t").map(visible).join("\t")

/** Writes the parts of a file: the exact bytes, or on a terminal with control characters escaped. */
class Sink {
  readonly #isTerminal = onTerminal()
  #rest: Uint8Array = new Uint8Array()

  async write(part: Uint8Array): Promise<void> {
    if (!this.#isTerminal) return writeBytes(part)
    const bytes = Buffer.concat([this.#rest, part])
    const end = bytes.length - incomplete(bytes)
    this.#rest = bytes.subarray(end)
    await write(legibleText(bytes.subarray(0, end)))
  }

  async end(): Promise<void> {
    if (this.#rest.length > 0) await write(legibleText(this.#rest))
  }
}

/** Returns how many bytes were read, or `undefined` if there are none yet but may be some later. */
const readSome = async (file: FileHandle, buffer: Uint8Array): Promise<number | undefined> => {
  try {
    return await readNext(file.fd, buffer)
  } catch (error) {
    if (codeOf(error) === "EAGAIN") return undefined
    throw error
  }
}

/** Copies at most `most` bytes, and returns whether there are more. */
const copy = async (file: FileHandle, most: number, signal: AbortSignal | undefined): Promise<boolean> => {
  const buffer = Buffer.allocUnsafe(PART)
  const sink = new Sink()
  for (let left = most;;) {
    signal?.throwIfAborted()
    // Reading one byte more than is left shows whether there is more.
    const count = await readSome(file, buffer.subarray(0, Math.min(PART, left + 1)))
    if (count === undefined) await setTimeout(PAUSE, undefined, { signal })
    else {
      await sink.write(buffer.subarray(0, Math.min(count, left)))
      if (count === 0 || count > left) {
        await sink.end()
        return count > 0
      }
      left -= count
    }
  }
}

/**
 * Whether what is printed is added to this file, so that its end would never be reached. As in GNU `cat`, a file that
 * was just emptied for the output is read: it has nothing to print.
 */
const isOutput = (stats: BigIntStats): boolean => {
  const out = fstatSync(1, { bigint: true })
  if (!out.isFile() || out.ino !== stats.ino || out.dev !== stats.dev) return false
  const [, position, flags = ""] =
    /^pos:\t(\d+)\nflags:\t(\d+)$/m.exec(readFileSync("/proc/self/fdinfo/1", "latin1")) ?? []
  return position !== "0" || (Number.parseInt(flags, 8) & constants.O_APPEND) !== 0
}

/** Why a file is not read, or `undefined` if it is read. */
const refusalOf = (stats: BigIntStats, special: boolean): string | undefined => {
  if (stats.isFile()) return isOutput(stats) ? "the output is added to it, so it would never end (EINVAL)" : undefined
  if (stats.isDirectory()) return "it is a directory (EISDIR)"
  if (stats.isSocket()) return "it is a socket, which takes connections and has no content (ENXIO)"
  if (special) return undefined
  return `it is a ${stats.isFIFO() ? "fifo" : "device"}; use --special to read it (EINVAL)`
}

const print = async (use: Reading, path: string, most: number | undefined, special: boolean): Promise<void> => {
  // Opened with O_PATH, because opening for reading could have effects. The file that is checked is the file that is
  // read.
  await using found = await use.root.directory.openDescriptor(path, { flag: "path" })
  const refusal = refusalOf(fstatSync(found.fd, { bigint: true }), special)
  if (refusal !== undefined) return complainOf(`${quote(path)} cannot be read: ${refusal}.`)
  try {
    // With O_NONBLOCK, opening waits neither for the writer of a fifo nor for a lease.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY
    await using file = await open(`/proc/self/fd/${found.fd}`, flags)
    if (await copy(file, most ?? Number.POSITIVE_INFINITY, use.signal)) {
      await complainOf(`${quote(path)} is larger than --max-bytes ${most}; the rest is left out.`)
    }
  } catch (error) {
    // The error contains the path of the descriptor, not that of the file.
    if (!(error instanceof Error && "syscall" in error)) throw error
    await complainOf(failedWith(path, "read", codeOf(error)))
  }
}

export const cat = command(
  {
    name: "cat",
    summary: "Prints the content of files, one after the other.",
    operands: { usage: "PATH...", least: 1, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "Directories, sockets and, without --special, fifos and devices are refused, and so is the file that the output " +
      "is appended to (>>). Files of any size take little memory.",
      "In a pipe or a file, the bytes are exact. On a terminal, control and invisible characters are escaped, " +
      "except for newlines and tabs."
    ],
    examples: [
      { words: "cat --container web /etc/os-release", does: "Prints the distribution of a container." },
      {
        words: "cat --root image --max-bytes 1000000 /var/log/messages",
        does: "Prints at most the first megabyte of a log."
      }
    ]
  },
  (values, paths) =>
    reading(values, async (use) => {
      for (const path of paths) {
        await attempt(use, path, "read", () => print(use, path, values["max-bytes"], values.special))
      }
    })
)
