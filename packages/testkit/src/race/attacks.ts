/** What the attacker does, and by which paths the victim is led there. */
import type { AttackStep } from "../attacker.js"
import * as Fs from "node:fs"
import { bindMount } from "../mounts.js"
import type { World } from "./world.js"

interface Target {
  readonly steps: ReadonlyArray<AttackStep>
  /** Paths of directories like `a/b/c`. */
  readonly paths: ReadonlyArray<string>
  readonly fifos?: ReadonlyArray<string>
}

export interface AttackKind {
  readonly name: string
  readonly prepare: (world: World) => Target
  /** Why a file system that checks a path and then uses it cannot lose, where it cannot. */
  readonly notBeaten?: string
}

/** Puts a link beside a file, and exchanges the two. */
const exchangeWithLink = (root: string, path: string, target: string): AttackStep => {
  const from = root + path
  Fs.symlinkSync(target, `${from}.link`)
  return { how: "exchange", from, to: `${from}.link` }
}

/** Two links that lead to different directories, exchanged. */
const exchangeLinks = (outside: (world: World) => string) => (world: World): Target => {
  const from = `${world.root}/a/b/way`
  Fs.symlinkSync("c", from)
  Fs.symlinkSync(outside(world), `${from}.other`)
  return { steps: [{ how: "exchange", from, to: `${from}.other` }], paths: ["/a/b/way", "/a/b/way/../c"] }
}

const direct = ["/a/b/c", "/a/../a/b/c", "/a/b/c/tree-0/../../c"]

const plainPath = "the place it comes to has no link left, and that place is not exchanged"

export const attacks: ReadonlyArray<AttackKind> = [
  {
    name: "the first directory for a link to outside",
    prepare: ({ root }) => ({ steps: [exchangeWithLink(root, "/a", "../outside/a")], paths: direct })
  },
  {
    name: "a directory in the middle for a link to outside",
    prepare: ({ root }) => ({ steps: [exchangeWithLink(root, "/a/b", "../../outside/a/b")], paths: direct })
  },
  {
    name: "the directory of the last name for a link to outside",
    prepare: ({ root }) => ({ steps: [exchangeWithLink(root, "/a/b/c", "../../../outside/a/b/c")], paths: direct })
  },
  {
    name: "a file for a link to a secret",
    prepare: ({ root }) => ({
      steps: [exchangeWithLink(root, "/a/b/c/f", "../../../../outside/a/b/c/f")],
      paths: direct
    })
  },
  {
    name: "a link's target, relative",
    prepare: exchangeLinks(() => "../../../outside/a/b/c"),
    notBeaten: plainPath
  },
  {
    name: "a link's target, absolute",
    prepare: exchangeLinks(({ outside }) => `${outside}/a/b/c`),
    notBeaten: plainPath
  },
  {
    name: "a directory moved out, and `..` out of it",
    prepare: ({ parking, root }) => ({
      steps: [{ how: "move", from: `${root}/a/b`, to: `${parking}/b` }],
      paths: ["/a/b/c", "/a/b/c/../../../outside/a/b/c"]
    }),
    notBeaten: "it resolves `..` in text, and the text stays in the root"
  },
  {
    name: "the directory of the last name moved out, and `..` out of it",
    prepare: ({ parking, root }) => ({
      steps: [{ how: "move", from: `${root}/a/b/c`, to: `${parking}/c` }],
      paths: ["/a/b/c", "/a/b/c/../../outside/a/b/c"]
    }),
    notBeaten: "it resolves `..` in text, and the text stays in the root"
  },
  {
    name: "a file for a fifo",
    prepare: (world) => {
      const from = `${world.root}/a/b/c/f`
      world.mkfifo(`${from}.fifo`)
      return {
        steps: [{ how: "exchange", from, to: `${from}.fifo` }],
        paths: direct,
        fifos: [from, `${from}.fifo`]
      }
    },
    notBeaten: "nothing outside is reached by it; but an open of a fifo waits"
  },
  {
    name: "all of them at once",
    prepare: ({ parking, root }) => ({
      steps: [
        exchangeWithLink(root, "/a/b/c/f", "../../../../outside/a/b/c/f"),
        exchangeWithLink(root, "/a/b/c", "../../../outside/a/b/c"),
        exchangeWithLink(root, "/a", "../outside/a"),
        { how: "move", from: `${root}/outside/a/b`, to: `${parking}/b` }
      ],
      paths: [...direct, "/a/b/c/../../../outside/a/b/c"]
    })
  }
]

/** Exchanges a directory with one in which something outside is mounted on a name. */
const exchangeWithMount = (directory: string, below: string) => ({ outside, root }: World): Target => {
  const from = root + directory
  const to = `${from}.mount`
  const place = to + below
  const source = outside + directory + below
  if (Fs.statSync(source).isDirectory()) Fs.mkdirSync(place, { recursive: true })
  else {
    Fs.mkdirSync(to)
    Fs.writeFileSync(place, "")
  }
  bindMount(source, place)
  return { steps: [{ how: "exchange", from, to }], paths: direct }
}

/** For a file system that may not enter mounts. */
export const mountAttacks: ReadonlyArray<AttackKind> = [
  { name: "a directory for one with a mount in it", prepare: exchangeWithMount("/a", "/b/c") },
  { name: "the directory of the last name for one with a mounted file", prepare: exchangeWithMount("/a/b/c", "/f") }
]
