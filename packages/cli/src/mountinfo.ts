/** Reads the mounts of a process (`proc_pid_mountinfo(5)`). */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { open } from "node:fs/promises"

export interface Mount {
  readonly id: string
  /** The device of its files, as `major:minor`. */
  readonly device: string
  /** The directory of the file system that is mounted. */
  readonly root: string
  /** Where it is mounted, as the process sees it. */
  readonly point: string
  readonly type: string
  /** The options of the file system, with the escapes of the kernel, as bytes in latin1. */
  readonly options: string
}

/**
 * Decodes the escapes of the kernel, such as those of spaces, commas and backslashes. The texts are bytes in latin1.
 */
export const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** The text of a file of procfs that was read as latin1. */
export const decoded = (latin1: string): string => SurrogateEscape.decode(Buffer.from(latin1, "latin1"))

/** Parses a line, which is bytes in latin1. A dash ends the optional fields. */
export const parseMount = (line: string): Mount | undefined => {
  const fields = line.split(" ")
  const [id, , device, root, point] = fields
  const end = fields.indexOf("-", 6)
  const [type, , options] = fields.slice(end + 1)
  if (end < 0 || id === undefined || device === undefined || root === undefined) return undefined
  if (point === undefined || type === undefined || options === undefined) return undefined
  const text = (field: string) => decoded(unescaped(field))
  return { id, device, root: text(root), point: text(point), type: text(type), options }
}

const PART = 1 << 16

/**
 * Reads line by line, because anyone can create so many mounts with such long names that the file takes hundreds of
 * megabytes.
 */
export async function* mountsIn(file: string): AsyncIterable<Mount> {
  await using mountinfo = await open(file)
  const buffer = Buffer.alloc(PART)
  let rest = ""
  for (;;) {
    const { bytesRead } = await mountinfo.read(buffer, 0, PART, null)
    if (bytesRead === 0) return
    const lines = (rest + buffer.toString("latin1", 0, bytesRead)).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) {
      const mount = parseMount(line)
      if (mount !== undefined) yield mount
    }
  }
}
