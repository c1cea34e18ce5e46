/** A root, and strangers that take the numbers of its descriptors once it is closed. */
import * as Fs from "node:fs"
import { temporary } from "../temporary.js"
import { entriesBelow } from "../tree.js"

export const STRANGERS = 8

/** A tree whose every name is also in a stranger's. */
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
  /** Takes the lowest numbers that are free for the strangers' directories, and keeps them. */
  readonly takeNumbers: () => void
  readonly strangers: () => string
  /** All files, the root's and the strangers'. */
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
