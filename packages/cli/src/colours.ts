/** The colours of `ls`, which LS_COLORS changes (`dir_colors(5)`). */
import type { FileType } from "@procfsroot/vfs/Attributes"
import { sgr } from "./sgr.js"

/** The defaults of GNU `ls`, which apply where LS_COLORS sets nothing. */
const usual: ReadonlyArray<readonly [key: string, code: string]> = [
  ["di", "01;34"],
  ["ln", "01;36"],
  ["pi", "33"],
  ["so", "01;35"],
  ["bd", "01;33"],
  ["cd", "01;33"],
  ["ex", "01;32"],
  ["su", "37;41"],
  ["sg", "30;43"],
  ["st", "37;44"],
  ["ow", "34;42"],
  ["tw", "30;42"]
]

const keys: Readonly<Record<FileType, string>> = {
  File: "fi",
  Directory: "di",
  SymbolicLink: "ln",
  FIFO: "pi",
  Socket: "so",
  BlockDevice: "bd",
  CharacterDevice: "cd",
  Unknown: "no"
}

/** What is known about a file. Without `mode`, only its type is. */
interface Seen {
  readonly type: FileType
  readonly mode?: number | undefined
}

/** What a link leads to: a file, or nothing. */
export type Destination = Seen | "nothing"

export interface Painter {
  /** Whether the colours of links depend on what they lead to. `isLong` is for `ls -l`, which shows their targets. */
  readonly followsLinks: (isLong: boolean) => boolean
  /** Colours the shown name of a file. */
  readonly name: (text: string, name: string, seen: Seen, destination?: Destination) => string
  /** Colours the shown target of a link. */
  readonly target: (text: string, target: string, destination?: Destination) => string
}

export const noPaint: Painter = { followsLinks: () => false, name: (text) => text, target: (text) => text }

/** The code for names with an ending. `at` is its place in LS_COLORS. */
interface Ending {
  readonly ending: string
  readonly code: string
  readonly at: number
}

/** Finds the code for the ending of a name. Like GNU `ls`, it takes the last one in LS_COLORS that fits. */
const matcher = (endings: ReadonlyArray<Ending>) => {
  const groups = new Map<string, Array<Ending>>()
  for (const ending of endings) {
    const key = ending.ending.toLowerCase()
    groups.set(key, [...groups.get(key) ?? [], ending])
  }
  const lengths = new Set(endings.map(({ ending }) => ending.length))
  return (name: string): string | undefined => {
    let last: Ending | undefined
    for (const length of lengths) {
      const end = name.slice(Math.max(0, name.length - length))
      const group = groups.get(end.toLowerCase()) ?? []
      // Upper and lower case only differ if LS_COLORS has both, with different codes.
      const isExact = group.some(({ code }) => code !== group[0]?.code)
      const found = group.findLast(({ ending }) => !isExact || ending === end)
      if (found !== undefined && found.at > (last?.at ?? -1)) last = found
    }
    return last?.code
  }
}

/** Like GNU `ls`, which prints longer codes, even those that mean no colour. */
const isColour = (code: string | undefined): code is string => code !== undefined && !/^0{0,2}$/.test(code)

const SET_UID = 0o4000
const SET_GID = 0o2000
const STICKY = 0o1000
const EXECUTABLE = 0o111
const WRITABLE = 0o002

/** The keys of LS_COLORS for the mode of a file. The first that has a colour applies. */
const keysOf = (type: FileType, mode: number): ReadonlyArray<string> => {
  const has = (bits: number) => (mode & bits) !== 0
  if (type === "File") {
    return [...(has(SET_UID) ? ["su"] : []), ...(has(SET_GID) ? ["sg"] : []), ...(has(EXECUTABLE) ? ["ex"] : [])]
  }
  if (type !== "Directory") return []
  const isSticky = has(STICKY)
  return [...(isSticky && has(WRITABLE) ? ["tw"] : []), ...(has(WRITABLE) ? ["ow"] : []), ...(isSticky ? ["st"] : [])]
}

/** Instead of a colour of links: they have the colours of what they lead to. */
const AS_TARGET = "ln=target"

const painted = (code: string | undefined, text: string): string => isColour(code) ? sgr(code)(text) : text

export const painter = (lsColors: string): Painter => {
  const codes = new Map(usual)
  const endings: Array<Ending> = []
  let asTarget = false
  for (const [at, part] of lsColors.split(":").entries()) {
    const [, key = "", code] = /^(\*.*|[a-z]{2})=([\d;]*)$/.exec(part) ?? []
    if (part === AS_TARGET) asTarget = true
    else if (code === undefined) continue
    else if (key.startsWith("*")) endings.push({ ending: key.slice(1), code, at })
    else codes.set(key, code)
    if (key === "ln") asTarget = false
  }
  const has = (key: string) => isColour(codes.get(key))
  const byEnding = matcher(endings)
  const codeOf = (name: string, { mode = 0, type }: Seen): string | undefined =>
    keysOf(type, mode).map((key) => codes.get(key)).find(isColour) ??
      (type === "File" ? byEnding(name) : undefined) ?? codes.get(keys[type])
  const linkCode = (name: string, destination: Destination | undefined): string | undefined => {
    if (asTarget) {
      return destination === undefined || destination === "nothing"
        ? codes.get("or")
        : codeOf(name, destination)
    }
    return codes.get(destination === "nothing" && has("or") ? "or" : "ln")
  }
  return {
    followsLinks: (isLong) => has("or") || (asTarget && has("ex")) || (isLong && has("mi")),
    name: (text, name, seen, destination) =>
      painted(seen.type === "SymbolicLink" ? linkCode(name, destination) : codeOf(name, seen), text),
    target: (text, target, destination) => {
      if (destination === undefined) return text
      return painted(destination === "nothing" ? codes.get(has("mi") ? "mi" : "or") : codeOf(target, destination), text)
    }
  }
}
