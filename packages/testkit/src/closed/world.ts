/** A directory to open as a root, and others ("strangers") that take over its descriptor numbers once it is closed. */
import * as Fs from "node:fs"
import { temporary } from "../temporary.js"
import { entriesBelow } from "../tree.js"

export const STRANGERS = 8

/** Creates the same names in every directory. */
const fill = (directory: string, content: string): void => {
  Fs.mkdirSync(`${directory}/d/e`, { recursive: true })
  Fs.mkdirSync(`${directory}/tmp`)
  Fs.writeFileSync(`${directory}/f`, content)
  Fs.writeFileSync(`${directory}/d/f`, content)
  Fs.symlinkSync("f", `${directory}/l`)
}

const whole = (directory: string): string =>
  JSON.stringify(
    entriesBelow(directory).map((entry) => {
      const place = `${entry.parentPath}/${entry.name}`
      const { ino, mode, mtimeMs, nlink, size, uid } = Fs.lstatSync(place)
      return [place, ino, mode, mtimeMs, nlink, size, uid, entry.isFile() ? Fs.readFileSync(place, "utf8") : ""]
    })
  )

export interface ClosedWorld extends Disposable {
  readonly own: string
  /** Opens the strangers' directories, which get the lowest free descriptor numbers, and keeps them open. */
  readonly takeNumbers: () => void
  readonly strangers: () => string
  /** All files of the root and of the strangers. */
  readonly all: () => ReadonlyArray<string>
}

export const closedWorld = (): ClosedWorld => {
  const directory = temporary()
  const own = `${directory.path}/own`
  const others = Array.from({ length: STRANGERS }, (_, i) => `${directory.path}/other${i}`)
  for (const path of [own, ...others]) {
    Fs.mkdirSync(path)
    fill(path, path === own ? "own" : "a stranger's")
  }
  const taken: Array<number> = []
  const strangers = () => others.map(whole).join("\n")
  return {
    own,
    takeNumbers: () => {
      for (const path of others) taken.push(Fs.openSync(path, "r"))
    },
    strangers,
    all: () => [whole(own), strangers()],
    [Symbol.dispose]: () => {
      for (const fd of taken) Fs.closeSync(fd)
      directory[Symbol.dispose]()
    }
  }
}
