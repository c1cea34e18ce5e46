/**
 * Runs as any user: `node copies.mjs <directory>` copies files with Node and with each `NodeRootFileSystem`, and prints
 * the copies whose results differ. The directory contains `others`, with files of another user.
 */
import { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { layerWith } from "../../src/internal/nodeRootFileSystem.js"
import { cp } from "@procfsroot/testkit/contract/cp"
import type { Openat2 } from "../../../node/src/internal/native/openat2.js"
import { load } from "../binding.js"

const [directory = ""] = process.argv.slice(2)
const STAMP = 1_000_000_000
const isRoot = process.getuid?.() === 0
/** Whether this user may do everything with the file in `others`, as root or because it belongs to this user. */
const mayAll = isRoot || Fs.statSync(`${directory}/others/file`).uid === process.getuid?.()

interface Copy {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly tree?: { readonly preserveTimestamps: boolean }
  /** Node first removes or truncates the target, and then fails. Here, the target stays the same. */
  readonly keeps: boolean
}

/** A case of `copyFile`, or of `copy` if there is a `tree`. */
const copy = (name: string, from: string, to: string, tree?: Copy["tree"], keeps = false): Copy =>
  tree === undefined ? { name, from, to, keeps } : { name, from, to, tree, keeps }

const plain = { preserveTimestamps: false }
const withTimes = { preserveTimestamps: true }

const cases: ReadonlyArray<Copy> = [
  ...["readOnly", "unreadable", "setId", "setIdEmpty", "wide"].flatMap((from) => [
    copy(`copyFile ${from}`, from, "new"),
    copy(`copyFile ${from} onto a file`, from, "old"),
    copy(`copyFile ${from} onto a read-only file`, from, "readOnly"),
    copy(`copyFile ${from} onto itself`, from, from),
    copy(`copy ${from}`, from, "new", plain),
    copy(`copy ${from} onto a file`, from, "old", withTimes, from === "unreadable" && !isRoot)
  ]),
  copy("copyFile of a directory", "tree", "new"),
  copy("copyFile of a directory onto a file", "tree", "old", undefined, true),
  copy("copyFile onto a directory", "wide", "tree"),
  copy("copy a tree", "tree", "new", plain),
  copy("copy a tree with its times", "tree", "new", withTimes),
  copy("copy a tree into one of mine", "tree", "target", withTimes),
  copy("copy a tree into somebody else's", "tree", "../others/theirs", withTimes),
  // The last case: Node truncates the file before it finds that it may not change the mode, and this user
  // cannot restore it.
  copy("copyFile onto somebody else's file", "wide", "../others/file", undefined, !mayAll)
]

const file = (path: string, content: string, mode: number): void => {
  Fs.writeFileSync(path, content)
  Fs.chmodSync(path, mode)
  Fs.utimesSync(path, STAMP, STAMP)
}

/** Creates the files for one copy. `others` already contains a file and a directory of another user. */
const prepare = (): void => {
  Fs.rmSync(`${directory}/own`, { recursive: true, force: true })
  for (const name of Fs.readdirSync(`${directory}/others/theirs`)) {
    Fs.rmSync(`${directory}/others/theirs/${name}`, { recursive: true })
  }
  Fs.mkdirSync(`${directory}/own/tree/sub`, { recursive: true })
  Fs.mkdirSync(`${directory}/own/target`)
  if (mayAll) file(`${directory}/others/file`, "somebody else's", 0o666)
  file(`${directory}/own/readOnly`, "read only", 0o444)
  file(`${directory}/own/unreadable`, "unreadable", 0)
  file(`${directory}/own/setId`, "set-id", 0o6755)
  file(`${directory}/own/setIdEmpty`, "", 0o6755)
  file(`${directory}/own/wide`, "wide", 0o1777)
  file(`${directory}/own/old`, "what was there before", 0o640)
  file(`${directory}/own/tree/file`, "in a tree", 0o4755)
  Fs.symlinkSync("file", `${directory}/own/tree/link`)
  Fs.chmodSync(`${directory}/own/tree/sub`, 0o2700)
  for (const name of ["tree/sub", "tree", "target"]) Fs.utimesSync(`${directory}/own/${name}`, STAMP, STAMP)
}

const state = (path: string): string => {
  const { gid, mode, mtimeMs, size, uid } = Fs.lstatSync(path)
  // Node 26 keeps the times of an empty file.
  const stamped = size > 0 && Math.abs(mtimeMs / 1000 - STAMP) < 1 ? " stamped" : ""
  return `${path.slice(directory.length)} ${mode.toString(8)} ${uid}:${gid} ${size}${stamped}`
}

const left = (): ReadonlyArray<string> =>
  ["own", "others"].flatMap((name) =>
    Fs.readdirSync(`${directory}/${name}`, { recursive: true, encoding: "utf8" }).toSorted()
      .map((found) => state(`${directory}/${name}/${found}`))
  )

const byNode = async ({ from, to, tree }: Copy): Promise<string> => {
  const place = (name: string) => `${directory}/own/${name}`
  try {
    if (tree === undefined) await Fs.promises.copyFile(place(from), place(to))
    else {
      await cp(place(from), place(to), true, tree.preserveTimestamps)
    }
    return "ok"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

const byRoot = (openat2: Openat2 | undefined, { from, to, tree }: Copy): Promise<string> =>
  Effect.gen(function*() {
    const fs = yield* FileSystem
    const [source, target] = [`/own/${from}`, `/own/${to}`]
    yield* tree === undefined ? fs.copyFile(source, target) : fs.copy(source, target, { overwrite: true, ...tree })
    return "ok"
  }).pipe(
    Effect.catchAll(({ cause }) => Effect.succeed((cause as NodeJS.ErrnoException).code ?? String(cause))),
    Effect.provide(layerWith(directory, {}, openat2)),
    Effect.runPromise
  )

const wrong: Array<unknown> = []
for (const copy of cases) {
  prepare()
  const before = left()
  const roots = new Map<string, unknown>()
  for (const openat2 of [load(), undefined]) {
    prepare()
    const answer = await byRoot(openat2, copy)
    roots.set(openat2 === undefined ? "the walk" : "openat2", { answer, left: left() })
  }
  prepare()
  const node = { answer: await byNode(copy), left: left() }
  const expected = copy.keeps ? { ...node, left: before } : node
  for (const [by, root] of roots) {
    if (JSON.stringify(root) !== JSON.stringify(expected)) wrong.push({ copy, by, root, expected })
  }
}
process.stdout.write(JSON.stringify({ copies: cases.length, wrong }))
