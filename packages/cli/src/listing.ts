/** Formats the lines of `ls`. */
import type { FileType } from "@procfsroot/vfs/Attributes"
import type { AccessMark } from "./accessMark.js"
import {
  type Attributes,
  human,
  isDevice,
  kibibytes,
  major,
  minor,
  modeString,
  shortTime,
  unknownMode
} from "./attributes.js"
import type { Destination, Painter } from "./colours.js"
import { shellQuoted, widthOf } from "./names.js"
import type { Owner, Users } from "./users.js"

/** A file to list. Its attributes are only known for `ls -l`, and only if they could be read. */
export interface Item {
  /** The name that is shown: a name in a directory, or a path of the command line. */
  readonly name: string
  readonly type: FileType
  readonly attributes?: Attributes
  /** What is shown after the mode, if that could be read. */
  readonly mark?: AccessMark
  /** The target of a link. */
  readonly target?: string
  /** What a link leads to, if its colours depend on that. */
  readonly destination?: Destination
}

/** How items are shown. */
export interface Style {
  readonly human: boolean
  /** Whether names are quoted and aligned. */
  readonly quoted: boolean
  readonly paint: Painter
  readonly users: Users
  /** The current time in nanoseconds. */
  readonly now: () => bigint
}

/** The columns of `ls -l` before the name. */
interface Row {
  readonly mode: string
  readonly links: string
  readonly user: string
  readonly group: string
  readonly size: string
  /** The numbers of a device, which are shown instead of its size. */
  readonly major: string
  readonly minor: string
  readonly time: string
}

const columns = ["links", "user", "group", "size", "major", "minor"] as const

/** How wide the columns are. */
export interface Layout {
  readonly widths: Readonly<Record<typeof columns[number], number>>
  /** At least one file has a mark after its mode, so the other rows have a space there. */
  readonly hasMarks: boolean
  /** At least one name is quoted, so the other names begin one column later. */
  readonly isIndented: boolean
  /** The sum of all blocks of 512 bytes. */
  readonly blocks: bigint
}

export const noLayout: Layout = {
  widths: { links: 0, user: 0, group: 0, size: 0, major: 0, minor: 0 },
  hasMarks: false,
  isIndented: false,
  blocks: 0n
}

const ownerText = ({ id, name }: Owner): string => name ?? String(id)

const sizeText = (size: bigint, style: Style): string => style.human ? human(size) : String(size)

/** How wide most times are. */
const TIME_WIDTH = 12

/** What is shown if attributes could not be read. */
const unknownRow = (type: FileType): Row => ({
  mode: unknownMode(type),
  links: "?",
  user: "?",
  group: "?",
  size: "?",
  major: "",
  minor: "",
  time: "?".padStart(TIME_WIDTH)
})

const rowOf = (attributes: Attributes, style: Style): Row => {
  const { gid, mtimeNs, nlink, rdev, size, uid } = attributes
  const isNode = isDevice(attributes)
  return {
    mode: modeString(attributes),
    links: String(nlink),
    user: ownerText(style.users.user(uid)),
    group: ownerText(style.users.group(gid)),
    size: isNode ? "" : sizeText(size, style),
    major: isNode ? `${major(rdev)},` : "",
    minor: isNode ? String(minor(rdev)) : "",
    time: shortTime(mtimeNs, style.now())
  }
}

const isQuoted = ({ name }: Item): boolean => shellQuoted(name) !== name

/** Returns the layout with enough room for these items too. */
export const withRoom = (layout: Layout, items: ReadonlyArray<Item>, style: Style): Layout => {
  const widths = { ...layout.widths }
  let { blocks, hasMarks, isIndented } = layout
  for (const item of items) {
    hasMarks ||= item.mark !== undefined && item.mark !== ""
    isIndented ||= style.quoted && isQuoted(item)
    if (item.attributes === undefined) continue
    blocks += item.attributes.blocks
    const row = rowOf(item.attributes, style)
    for (const column of columns) widths[column] = Math.max(widths[column], row[column].length)
  }
  return { widths, hasMarks, isIndented, blocks }
}

/** The name as it is shown. `ls -l` of GNU also indents a name that is alone. */
const nameText = (item: Item, isIndented: boolean, { paint, quoted }: Style): string => {
  const { attributes, destination, name, type } = item
  const text = quoted ? shellQuoted(name) : name
  const indent = isIndented && text === name ? " " : ""
  return indent + paint.name(text, name, { type, mode: attributes?.mode }, destination)
}

/** The mode, and a column for the marks if the layout has one. */
const modeColumn = ({ attributes, mark }: Item, { mode }: Row, { hasMarks }: Layout): string =>
  hasMarks ? mode + (mark || (attributes === undefined ? "?" : " ")) : mode

const isNumber = (text: string): boolean => /^\d+$/.test(text)

/** Names of owners are aligned left, and their numbers right. */
const ownerColumn = (text: string, width: number): string => isNumber(text) ? text.padStart(width) : text.padEnd(width)

/** If there is a device, the column of sizes is wide enough for both of its numbers with a space between them. */
const sizeColumn = ({ major, minor, size }: Row, { widths }: Layout): string => {
  const width = Math.max(widths.size, widths.major + 1 + widths.minor)
  return size === ""
    ? `${major.padStart(width - 1 - widths.minor)} ${minor.padStart(widths.minor)}`
    : size.padStart(width)
}

export const longLine = (item: Item, layout: Layout, style: Style): string => {
  const { attributes, destination, target, type } = item
  const { isIndented, widths } = layout
  const name = nameText(item, isIndented, style)
  const row = attributes === undefined ? unknownRow(type) : rowOf(attributes, style)
  const fields = [
    modeColumn(item, row, layout),
    row.links.padStart(widths.links),
    ownerColumn(row.user, widths.user),
    ownerColumn(row.group, widths.group),
    sizeColumn(row, layout),
    row.time,
    name
  ].join(" ")
  if (target === undefined) return `${fields}\n`
  return `${fields} -> ${style.paint.target(style.quoted ? shellQuoted(target) : target, target, destination)}\n`
}

export const totalLine = ({ blocks }: Layout, style: Style): string =>
  `total ${style.human ? human(blocks * 512n) : kibibytes(blocks)}\n`

/** How many columns a name takes at least, with the space after it. No column of GNU `ls` is narrower. */
const NARROWEST = 3

/** How wide each of `count` columns is, or `undefined` if a line would not fit. */
const widthsOf = (lengths: ReadonlyArray<number>, count: number, width: number): ReadonlyArray<number> | undefined => {
  const rows = Math.ceil(lengths.length / count)
  const widths: Array<number> = []
  let isWider = false
  for (let column = 0, total = 0; column < count; column++) {
    let widest = NARROWEST
    const end = Math.min((column + 1) * rows, lengths.length)
    for (let i = column * rows; i < end; i++) {
      widest = Math.max(widest, (lengths[i] ?? 0) + (column === count - 1 ? 0 : 2))
    }
    total += widest
    isWider ||= widest > NARROWEST
    // Like GNU `ls`, which does not look again at how long the line is if every name is narrow.
    if (isWider && total >= width) return undefined
    widths.push(widest)
  }
  return widths
}

/** Prints as many columns as fit, filled from top to bottom. */
export const columnLines = (items: ReadonlyArray<Item>, layout: Layout, width: number, style: Style): string => {
  const lengths = items.map((item) => {
    const text = shellQuoted(item.name)
    return widthOf(text) + (layout.isIndented && text === item.name ? 1 : 0)
  })
  let widths: ReadonlyArray<number> | undefined
  for (let count = Math.min(items.length, Math.ceil(width / NARROWEST)); count > 1 && widths === undefined; count--) {
    widths = widthsOf(lengths, count, width)
  }
  const rows = Math.ceil(items.length / (widths?.length ?? 1))
  const lines: Array<string> = []
  for (let row = 0; row < rows; row++) {
    let line = ""
    for (let i = row, column = 0; i < items.length; i += rows, column++) {
      const item = items[i]
      const isLast = i + rows >= items.length
      if (item !== undefined) line += nameText(item, layout.isIndented, style)
      if (!isLast) line += " ".repeat((widths?.[column] ?? 0) - (lengths[i] ?? 0))
    }
    lines.push(`${line}\n`)
  }
  return lines.join("")
}
