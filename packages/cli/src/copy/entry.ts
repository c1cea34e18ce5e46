/** What the headers of an archive say, as far as it can be believed. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { Header } from "tar-stream"
import type { Kept } from "./attributes.js"
import { Refused } from "./why.js"

/** The archive cannot be read further. */
export class Broken extends Error {}

/** The library is told to read names as this, from which their bytes can be had again. Its names in pax are UTF-8. */
export const NAMES = "latin1"

/** In bytes, as the kernel takes paths (`PATH_MAX` in `include/uapi/linux/limits.h`). */
const LONGEST = 4_095

const SECOND = 1_000_000_000n

const paxOf = ({ pax }: Header): Readonly<Record<string, unknown>> =>
  typeof pax === "object" && pax !== null ? pax as Record<string, unknown> : {} // the library makes such an object

const textOf = (header: Header, inPax: "linkpath" | "path"): string => {
  const text = paxOf(header)[inPax]
  // The library passes an empty one over.
  if (typeof text === "string" && text !== "") return text
  return SurrogateEscape.decode(Buffer.from((inPax === "path" ? header.name : header.linkname) ?? "", NAMES))
}

const checked = (text: string, what: string): string => {
  if (text.includes("\ufffd")) {
    throw new Refused(`${what} is not UTF-8, or has the character U+FFFD, which stands for that`)
  }
  if (SurrogateEscape.byteLength(text) > LONGEST) throw new Refused(`${what} is longer than the system takes`)
  return text
}

/** The name as it is shown: one that the system does not take may have megabytes. */
export const shownName = (header: Header): string => textOf(header, "path").slice(0, LONGEST)

/**
 * The path in the destination. Slashes at the beginning are removed, as tar does. What has `..` is refused, so that leaving
 * out `.` and empty names changes nothing; without them a file has one path, by which a later entry is known.
 */
const inside = (text: string, what: string): string => {
  const names = checked(text, what).split("/").filter((name) => name !== "" && name !== ".")
  if (names.includes("..")) throw new Refused(`${what} has .. in it, which leads out`)
  return names.join("/")
}

/** Empty for the destination itself. */
export const pathOf = (header: Header): string => inside(textOf(header, "path"), "its name")

/** The path that a hard link is another name of. */
export const linkedPathOf = (header: Header): string =>
  inside(textOf(header, "linkpath"), "the name that it is a hard link to")

/** Where a link leads, as it is written. */
export const targetOf = (header: Header): string => checked(textOf(header, "linkpath"), "what it leads to")

const nanoseconds = (header: Header): bigint => {
  const [, sign, seconds, rest = ""] = /^(-?)(\d{1,11})(?:\.(\d*))?$/.exec(String(paxOf(header)["mtime"])) ?? []
  if (seconds === undefined) {
    const time = header.mtime.getTime()
    return Number.isNaN(time) ? 0n : BigInt(Math.trunc(time)) * 1_000_000n
  }
  const size = BigInt(seconds) * SECOND + BigInt(rest.slice(0, 9).padEnd(9, "0"))
  return sign === "-" ? -size : size
}

/** The last number of 32 bits means that an owner stays as it is (`chown(2)`). */
const NO_ID = 2 ** 32 - 1

const idOf = (header: Header, kind: "gid" | "uid"): bigint => {
  const id = Number(paxOf(header)[kind] ?? header[kind])
  if (Number.isInteger(id) && id >= 0 && id < NO_ID) return BigInt(id)
  throw new Refused("its owner is not a number that the system takes")
}

/** Its time of access is now. */
export const keptOf = (header: Header): Kept => {
  if (!Number.isInteger(header.mode)) throw new Refused("its mode is not a number")
  return {
    uid: idOf(header, "uid"),
    gid: idOf(header, "gid"),
    mode: BigInt(header.mode),
    mtimeNs: nanoseconds(header),
    atimeNs: BigInt(Date.now()) * 1_000_000n,
    isSymbolicLink: () => header.type === "symlink"
  }
}

export const isSparse = (header: Header): boolean =>
  Object.keys(paxOf(header)).some((key) => key.startsWith("GNU.sparse."))
