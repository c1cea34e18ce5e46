/** Formats the differences of trees as text. */
import type { Entry } from "../../../Tree.js"
import type { Change, Ignored, Options } from "../../../TreeDiff.js"
import { quote } from "../../messages.js"
import { bytesOf, contentOf } from "../utf8.js"
import { ignoredOf } from "./diff.js"
import { unified } from "./lines.js"

/** The largest number of lines that are shown of one file. */
const MOST_LINES = 100

/** Returns the text unchanged, or quoted if it could garble a terminal or be misread as another path. */
const shown = (text: string): string => {
  const quoted = quote(text)
  return quoted === `"${text}"` && !text.includes(" ") ? text : quoted
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0")

const names = {
  Directory: "directory",
  File: "file",
  FIFO: "fifo",
  Socket: "socket",
  CharacterDevice: "character device",
  BlockDevice: "block device"
} as const

const counted = (bytes: number): string => bytes === 1 ? "1 byte" : `${bytes} bytes`

/** The bytes of a content, which a tree could not contain if there were none. */
const bytesIn = (content: string | Uint8Array): Uint8Array => bytesOf(content) ?? new Uint8Array(0)

const ownerOf = ({ gid, uid }: { readonly uid: number; readonly gid: number }): string => `${uid}:${gid}`

const ids = ["uid", "gid"] as const

const mountOf = (entry: Entry): string => entry.type === "Directory" && entry.mount === true ? " mount" : ""

const numbersOf = (entry: Entry): string => "major" in entry ? ` ${entry.major}:${entry.minor}` : ""

const described = (entry: Entry): string => {
  switch (entry.type) {
    case "HardLink":
      return `= ${shown(entry.of)}`
    case "SymbolicLink":
      return `-> ${shown(entry.target)}`
    case "File":
      return `file ${octal(entry.mode)} ${ownerOf(entry)} ${counted(bytesIn(entry.content).length)}`
    default:
      return `${names[entry.type]}${numbersOf(entry)} ${octal(entry.mode)} ${ownerOf(entry)}${mountOf(entry)}`
  }
}

const targetOf = (entry: Entry): string => entry.type === "SymbolicLink" ? described(entry) : ""

const modeOf = (entry: Entry): string => "mode" in entry ? octal(entry.mode) : ""

/** Returns how two entries of one type differ, or `undefined` if their types differ. */
const altered = (before: Entry, after: Entry, ignored: ReadonlySet<Ignored>): ReadonlyArray<string> | undefined => {
  if (before.type === "HardLink" || after.type === "HardLink" || before.type !== after.type) return undefined
  const parts: Array<string> = []
  const compare = (what: string, a: string, b: string) => {
    if (a !== b) parts.push(`${what}${a} → ${b}`)
  }
  compare("", targetOf(before), targetOf(after))
  if (!ignored.has("mode")) compare("mode ", modeOf(before), modeOf(after))
  compare("numbers ", numbersOf(before).trim(), numbersOf(after).trim())
  compare("", mountOf(before).trim() || "no mount", mountOf(after).trim() || "no mount")
  const owners = [before, after].map((entry) => ids.filter((id) => !ignored.has(id)).map((id) => entry[id]).join(":"))
  compare("owner ", owners[0] ?? "", owners[1] ?? "")
  if (!ignored.has("mtime")) compare("mtime ", before.mtime.toISOString(), after.mtime.toISOString())
  return parts
}

const isText = (content: string | Uint8Array): content is string =>
  typeof content === "string" && !content.includes("\0") && content.isWellFormed()

/** Escapes control characters other than tabs, and marks for the direction of text, which would affect the terminal. */
const printable = (line: string): string =>
  line.replace(/[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu, (character) => quote(character).slice(1, -1))

/** Returns the content as text if it is text, whatever it was given as. */
const plain = (content: string | Uint8Array): string | Uint8Array => contentOf(bytesIn(content))

const contentChange = (before: Entry, after: Entry): ReadonlyArray<string> => {
  if (before.type !== "File" || after.type !== "File") return []
  const [old, now] = [plain(before.content), plain(after.content)]
  if (!isText(old) || !isText(now)) {
    const [from, to] = [bytesIn(old), bytesIn(now)]
    const first = to.findIndex((byte, index) => byte !== from[index])
    const where = first < 0 ? to.length : first
    const isSame = from.length === to.length && first < 0
    return isSame ? [] : [`bytes differ from offset ${where}: ${counted(from.length)} → ${counted(to.length)}`]
  }
  const lines = unified(old, now).map(printable)
  const rest = lines.length - MOST_LINES
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `… and ${rest} more lines`] : lines
}

const linesOf = (change: Change, ignored: ReadonlySet<Ignored>): ReadonlyArray<string> => {
  const path = shown(change.path)
  switch (change.type) {
    case "Added":
      return [`+ ${path} ${described(change.after)}`]
    case "Removed":
      return [`- ${path} ${described(change.before)}`]
    case "Changed": {
      const { after, before } = change
      const parts = altered(before, after, ignored)
      if (parts === undefined) return [`~ ${path} ${described(before)} → ${described(after)}`]
      const first = ["~", path, parts.join(", ")].filter((part) => part !== "").join(" ")
      return [first, ...contentChange(before, after).map((line) => `    ${line}`)]
    }
  }
}

/** @internal */
export const print = (changes: ReadonlyArray<Change>, options: Options = {}): string => {
  const ignored = ignoredOf(options)
  return changes.flatMap((change) => linesOf(change, ignored)).join("\n")
}
