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
  ["ex", "01;32"]
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

/** Colours the shown name of a file. Without `mode`, it is not known whether the file is executable. */
export type Painter = (text: string, name: string, type: FileType, mode?: number) => string

export const noPaint: Painter = (text) => text

export const painter = (lsColors: string): Painter => {
  const codes = new Map(usual)
  for (const part of lsColors.split(":")) {
    const [, key, code] = /^(\*\..+|[a-z]{2})=([\d;]*)$/.exec(part) ?? []
    if (key !== undefined && code !== undefined) codes.set(key, code)
  }
  /** The longest matching ending wins. */
  const byEnding = (name: string): string | undefined => {
    for (let at = name.indexOf("."); at !== -1; at = name.indexOf(".", at + 1)) {
      const code = codes.get(`*${name.slice(at)}`)
      if (code !== undefined) return code
    }
    return undefined
  }
  const ofFile = (name: string, mode: number): string | undefined =>
    (mode & 0o111) === 0 ? byEnding(name) ?? codes.get("fi") : codes.get("ex")
  return (text, name, type, mode = 0) => {
    const code = type === "File" ? ofFile(name, mode) : codes.get(keys[type])
    return code === undefined || /^[0;]*$/.test(code) ? text : sgr(code)(text)
  }
}
