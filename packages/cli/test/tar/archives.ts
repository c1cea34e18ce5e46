/** Runs other archive programs, and makes archives that no program makes. */
import { openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { judge } from "@procfsroot/testkit/judges"
import { spawnSync } from "node:child_process"
import type { CopyEvent } from "../../src/copy/events.js"
import { type PackOptions, packTo } from "../../src/copy/pack.js"
import { unpackFrom, type UnpackOptions } from "../../src/copy/unpack.js"
import type { End } from "../../src/copy/plan.js"
import { Unusable } from "../../src/failure.js"
import { installed, lines, shell } from "../command.js"

export const tar = judge(() =>
  spawnSync("tar", ["--version"]).stdout?.includes("GNU tar") === true ? undefined : "there is no GNU tar"
)

export const bsdtar = installed("bsdtar", "REQUIRE_PROGRAMS")

/** Runs a program and returns its output, or throws its error message. */
export const output = (program: string, args: ReadonlyArray<string>, input: Uint8Array = new Uint8Array()): Buffer => {
  const { error, status, stderr, stdout } = spawnSync(program, args, {
    input,
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: "C.UTF-8" }
  })
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(" ")}: ${stderr.toString()}`)
  return stdout
}

/**
 * Everything below a directory: path, type, mode, owner, number of names, target, size, and time to the microsecond.
 */
export const listed = (directory: string): ReadonlyArray<string> => {
  const { stdout } = shell(
    "cd \"$1\" && find . -mindepth 1 -printf '%P|%y|%m|%U:%G|%n|%l|%s|%T@\\n' | sort | sed -E 's/(\\.[0-9]{6})[0-9]*$/\\1/'",
    [directory]
  )
  // The size of a directory depends on the file system.
  return lines(stdout).map((line) => line.includes("|d|") ? line.replace(/\|\d+\|([^|]*)$/, "|$1") : line)
}

const BLOCK = 512

const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((BLOCK - bytes.length % BLOCK) % BLOCK)])

/** A header with a correct checksum and otherwise any values. */
export const header = (type: string, name: string, size: number, more: (block: Buffer) => void = () => {}): Buffer => {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100, "latin1")
  block.write("0000644\0" + "0000000\0".repeat(2), 100)
  block.write(`${size.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0        ${type}`, 124)
  block.write("ustar\x0000", 257)
  more(block)
  block.write(block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\0 ", 148)
  return block
}

/** A pax record with its length. */
export const record = (key: string, value: string | Uint8Array): Buffer => {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")])
  let length = rest.length
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** An extended header, which comes before another header. */
export const extended = (...records: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(records)
  return Buffer.concat([header("x", "PaxHeader", content.length), padded(content)])
}

export const file = (name: string, content: string | Uint8Array = "good"): Buffer => {
  const bytes = Buffer.from(content)
  return Buffer.concat([header("0", name, bytes.length), padded(bytes)])
}

export const directory = (name: string): Buffer => header("5", name, 0, (block) => void block.write("0000755", 100))

export const link = (name: string, target: string): Buffer =>
  header("2", name, 0, (block) => void block.write(target, 157))

export const hardLink = (name: string, to: string): Buffer => header("1", name, 0, (block) => void block.write(to, 157))

export const archive = (...parts: ReadonlyArray<Uint8Array>): Buffer =>
  Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])

/** Collects what is reported, except files that were copied completely. */
const listening = () => {
  const told: Array<string> = []
  let copied = 0
  const on = (event: CopyEvent): void => {
    if (event.type === "copied") copied++
    if (event.type === "progress" || (event.type === "copied" && event.why === undefined)) return
    told.push(`${event.type} ${event.path}: ${event.why}`)
  }
  return { told, on, copied: () => copied }
}

const settle = async (): Promise<void> => {}

const owner = process.geteuid?.() === 0

/** Yields the bytes in parts of the size that a pipe has. */
async function* parts(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

/** Unpacks like the command. If it ends with an error, this is the last of the reports. */
export const unpack = async (to: End, input: Uint8Array, options: Partial<UnpackOptions> = {}) => {
  const { copied, on, told } = listening()
  const { signal } = new AbortController()
  try {
    await unpackFrom(
      parts(input),
      to,
      { owner, overwrite: true, dryRun: false, isPiped: true, signal, ...options },
      on,
      settle
    )
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    told.push(error.message)
  }
  return { told, copied: copied() }
}

/** Packs like the command. Calls `settled` after each file. */
export const pack = async (from: End, options: Partial<PackOptions> = {}, settled = settle) => {
  const { on, told } = listening()
  const { signal } = new AbortController()
  const written: Array<Uint8Array> = []
  const write = async (part: Uint8Array): Promise<void> => {
    written.push(Uint8Array.from(part)) // its memory is reused
  }
  await packTo(
    write,
    [from],
    { follow: false, owner: true, oneFileSystem: false, dryRun: false, signal, ...options },
    on,
    settled
  )
  return { bytes: Buffer.concat(written), told }
}

/** Returns what is reported. */
export const unpackInto = async (
  directory: string,
  input: Uint8Array,
  { strategy, ...options }: Partial<UnpackOptions> & Options = {}
): Promise<ReadonlyArray<string>> => {
  await using root = await openRoot(directory, { strategy })
  return (await unpack({ root, path: "/" }, input, options)).told
}

export const packFrom = async (
  directory: string,
  path: string,
  { strategy, ...options }: Partial<PackOptions> & Options = {}
) => {
  await using root = await openRoot(directory, { strategy })
  return await pack({ root, path }, options)
}
