/** The attacks: what the attacker renames, and which paths the victim uses. */
import type { AttackStep } from "../attacker.js"
import * as Fs from "node:fs"
import { bindMount } from "../mounts.js"
import { makeSpecial } from "../special.js"
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
  /** Why a file system that checks a path and then uses it is safe from this attack, if it is. */
  readonly notBeaten?: string
}

/** Creates a link next to a file, and exchanges the two. */
const exchangeWithLink = (root: string, path: string, target: string): AttackStep => {
  const from = root + path
  Fs.symlinkSync(target, `${from}.link`)
  return { how: "exchange", from, to: `${from}.link` }
}

/** Exchanges two links that lead to different directories. */
const exchangeLinks = (outside: (world: World) => string) => (world: World): Target => {
  const from = `${world.root}/a/b/way`
  Fs.symlinkSync("c", from)
  Fs.symlinkSync(outside(world), `${from}.other`)
  return { steps: [{ how: "exchange", from, to: `${from}.other` }], paths: ["/a/b/way", "/a/b/way/../c"] }
}

const direct = ["/a/b/c", "/a/../a/b/c", "/a/b/c/tree-0/../../c"]

const plainPath = "the path that it resolves has no links left, and that path is not exchanged"

export const allAtOnce: AttackKind = {
  name: "all at the same time",
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

export const attacks: ReadonlyArray<AttackKind> = [
  {
    name: "exchange the first directory with a link to outside",
    prepare: ({ root }) => ({ steps: [exchangeWithLink(root, "/a", "../outside/a")], paths: direct })
  },
  {
    name: "exchange a directory in the middle with a link to outside",
    prepare: ({ root }) => ({ steps: [exchangeWithLink(root, "/a/b", "../../outside/a/b")], paths: direct })
  },
  {
    name: "exchange the directory of the last name with a link to outside",
    prepare: ({ root }) => ({ steps: [exchangeWithLink(root, "/a/b/c", "../../../outside/a/b/c")], paths: direct })
  },
  {
    name: "exchange a file with a link to a secret",
    prepare: ({ root }) => ({
      steps: [exchangeWithLink(root, "/a/b/c/f", "../../../../outside/a/b/c/f")],
      paths: direct
    })
  },
  {
    name: "change the relative target of a link",
    prepare: exchangeLinks(() => "../../../outside/a/b/c"),
    notBeaten: plainPath
  },
  {
    name: "change the absolute target of a link",
    prepare: exchangeLinks(({ outside }) => `${outside}/a/b/c`),
    notBeaten: plainPath
  },
  {
    name: "move a directory out of the root, with `..` from it",
    prepare: ({ parking, root }) => ({
      steps: [{ how: "move", from: `${root}/a/b`, to: `${parking}/b` }],
      paths: ["/a/b/c", "/a/b/c/../../../outside/a/b/c"]
    }),
    notBeaten: "it resolves `..` in text, and the text stays in the root"
  },
  {
    name: "move the directory of the last name out of the root, with `..` from it",
    prepare: ({ parking, root }) => ({
      steps: [{ how: "move", from: `${root}/a/b/c`, to: `${parking}/c` }],
      paths: ["/a/b/c", "/a/b/c/../../outside/a/b/c"]
    }),
    notBeaten: "it resolves `..` in text, and the text stays in the root"
  },
  {
    name: "exchange a file with a fifo",
    prepare: (world) => {
      const from = `${world.root}/a/b/c/f`
      makeSpecial(`${from}.fifo`, "FIFO")
      return {
        steps: [{ how: "exchange", from, to: `${from}.fifo` }],
        paths: direct,
        fifos: [from, `${from}.fifo`]
      }
    },
    notBeaten: "it reaches nothing outside; but an open of a fifo waits"
  },
  allAtOnce
]

/** Exchanges a directory with one that contains a mount of a file or directory outside. */
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

/** Attacks on a file system that must not enter mounts. */
export const mountAttacks: ReadonlyArray<AttackKind> = [
  { name: "exchange a directory with one that contains a mount", prepare: exchangeWithMount("/a", "/b/c") },
  {
    name: "exchange the directory of the last name with one that contains a mounted file",
    prepare: exchangeWithMount("/a/b/c", "/f")
  }
]
