/** What the victim does: every operation of a file system, each of which tells the world what it was given. */
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { NAMES, type World } from "./world.js"

interface Situation {
  readonly fs: FileSystem
  readonly world: World
  /** The directory that is worked in. */
  readonly at: string
  /** Which of the names that are gone round in. */
  readonly k: number
}

type Operation = (situation: Situation) => Effect.Effect<unknown, unknown>

const data = new TextEncoder().encode("written by the victim")
const then = new Date(1_000_000_000_000)

/** A place in the root that is not attacked, for this operation alone: whatever gets there is looked at, and removed. */
const scratch = (situation: Situation, use: (place: string) => Effect.Effect<unknown, unknown>) => {
  const { fs, world } = situation
  const place = `/scratch/${count++}`
  const look = Effect.gen(function*() {
    const { dev, ino, type } = yield* fs.stat(place)
    world.file("scratch", { dev, ino: Option.getOrElse(ino, () => -1) })
    if (type === "File") return world.bytes("scratch", yield* fs.readFile(place))
    const names = yield* fs.readDirectory(place, { recursive: true })
    world.names("scratch", names)
    yield* Effect.forEach(
      names.filter((name) => name.endsWith("/f") || name === "f"),
      (name) => Effect.map(fs.readFile(`${place}/${name}`), (bytes) => world.bytes("scratch", bytes))
    )
  })
  return Effect.ensuring(
    use(place),
    Effect.zipRight(Effect.ignore(look), Effect.ignore(fs.remove(place, { recursive: true, force: true })))
  )
}

let count = 0

export const operations: Readonly<Record<string, Operation>> = {
  readFile: ({ at, fs, world }) => Effect.map(fs.readFile(`${at}/f`), (bytes) => world.bytes("readFile", bytes)),
  stream: ({ at, fs, world }) =>
    Effect.map(Stream.runCollect(fs.stream(`${at}/l`)), (chunks) => {
      for (const bytes of Chunk.toReadonlyArray(chunks)) world.bytes("stream", bytes)
    }),
  readDirectory: ({ at, fs, world }) =>
    Effect.map(fs.readDirectory(at), (names) => world.names("readDirectory", names)),
  readDirectoryRecursive: ({ at, fs, world }) =>
    Effect.map(fs.readDirectory(at, { recursive: true }), (names) => world.names("readDirectory", names)),
  readDirectoryOfAll: ({ fs, world }) =>
    Effect.map(fs.readDirectory("/a/..", { recursive: true }), (names) => world.names("readDirectory", names)),
  stat: ({ at, fs, world }) =>
    Effect.map(fs.stat(`${at}/f`), ({ dev, ino }) => world.file("stat", { dev, ino: Option.getOrElse(ino, () => -1) })),
  statDirectory: ({ at, fs, world }) =>
    Effect.map(fs.stat(`${at}/`), ({ dev, ino }) => world.file("stat", { dev, ino: Option.getOrElse(ino, () => -1) })),
  access: ({ at, fs }) => fs.access(`${at}/f`, { readable: true, writable: true }),
  exists: ({ at, fs }) => fs.exists(`${at}/only-outside`),
  openAndRead: ({ at, fs, world }) =>
    Effect.scoped(Effect.gen(function*() {
      const file = yield* fs.open(`${at}/f`)
      const { dev, ino } = yield* file.stat
      world.file("open", { dev, ino: Option.getOrElse(ino, () => -1) })
      const bytes = yield* file.readAlloc(100)
      if (Option.isSome(bytes)) world.bytes("open", bytes.value)
    })),
  openAndWrite: ({ at, fs }) =>
    Effect.scoped(Effect.flatMap(fs.open(`${at}/f`, { flag: "r+" }), (file) => file.writeAll(data))),
  append: ({ at, fs }) => fs.writeFile(`${at}/l`, data, { flag: "a" }),
  writeFile: ({ at, fs }) => fs.writeFile(`${at}/f`, data),
  sink: ({ at, fs }) => Stream.run(Stream.make(data), fs.sink(`${at}/f`)),
  create: ({ at, fs, k }) => fs.writeFile(`${at}/new-${k}`, data),
  createExclusive: ({ at, fs, k }) => fs.writeFile(`${at}/new-${k}`, data, { flag: "wx" }),
  removeFile: ({ at, fs, k }) => fs.remove(`${at}/new-${k}`),
  makeDirectory: ({ at, fs, k }) => fs.makeDirectory(`${at}/made-${k}`),
  makeDirectories: ({ at, fs, k }) => fs.makeDirectory(`${at}/made-${k}/x/y/z`, { recursive: true }),
  removeDirectories: ({ at, fs, k }) => fs.remove(`${at}/made-${k}`, { recursive: true }),
  makeTemporary: ({ at, fs }) =>
    Effect.flatMap(
      fs.makeTempFile({ directory: at }),
      (path) => fs.remove(path.slice(0, path.lastIndexOf("/")), { recursive: true })
    ),
  removeTree: ({ at, fs, k }) => fs.remove(`${at}/tree-${k}`, { recursive: true }),
  removeTreeByForce: ({ at, fs, k }) => fs.remove(`${at}/tree-${k}/`, { recursive: true, force: true }),
  makeTree: ({ at, fs, k }) =>
    Effect.zipRight(
      fs.makeDirectory(`${at}/tree-${k}/x/y`, { recursive: true }),
      fs.writeFile(`${at}/tree-${k}/x/f`, data)
    ),
  copyOut: (situation) => scratch(situation, (place) => situation.fs.copy(situation.at, place)),
  copyTreeOut: (situation) =>
    scratch(
      situation,
      (place) =>
        situation.fs.copy(`${situation.at}/tree-${situation.k}`, `${place}/x`, {
          overwrite: true,
          preserveTimestamps: true
        })
    ),
  copyIn: ({ at, fs, k }) => fs.copy("/plain", `${at}/copied-${k}`, { overwrite: true, preserveTimestamps: true }),
  removeCopy: ({ at, fs, k }) => fs.remove(`${at}/copied-${k}`, { recursive: true }),
  copyLinkOrFileOut: (situation) =>
    scratch(situation, (place) => situation.fs.copy(`${situation.at}/f`, place, { overwrite: true })),
  copyFileOut: (situation) => scratch(situation, (place) => situation.fs.copyFile(`${situation.at}/f`, place)),
  copyFileIn: ({ at, fs }) => fs.copyFile("/plain/f", `${at}/f`),
  rename: ({ at, fs, k }) => fs.rename(`${at}/new-${k}`, `${at}/new-${(k + 1) % NAMES}`),
  renameTree: ({ at, fs, k }) => fs.rename(`${at}/tree-${k}`, `${at}/tree-${(k + 1) % NAMES}`),
  renameOut: (situation) =>
    scratch(situation, (place) => situation.fs.rename(`${situation.at}/tree-${situation.k}`, place)),
  renameIn: (situation) =>
    scratch(situation, (place) =>
      Effect.zipRight(
        situation.fs.writeFile(place, data),
        situation.fs.rename(place, `${situation.at}/new-${situation.k}`)
      )),
  symlink: ({ at, fs, k }) => fs.symlink("f", `${at}/link-${k}`),
  removeLink: ({ at, fs, k }) => fs.remove(`${at}/link-${k}`),
  writeThroughLink: ({ at, fs, k }) => fs.writeFile(`${at}/link-${k}`, data),
  linkOut: (situation) => scratch(situation, (place) => situation.fs.link(`${situation.at}/f`, place)),
  linkIn: ({ at, fs, k }) => fs.link("/plain/f", `${at}/new-${k}`),
  chmod: ({ at, fs, k }) => fs.chmod(`${at}/f`, 0o600 + k),
  chmodDirectory: ({ at, fs, k }) => fs.chmod(`${at}/tree-${k}`, 0o700 + k),
  chown: ({ at, fs }) => fs.chown(`${at}/f`, process.getuid?.() ?? 0, process.getgid?.() ?? 0),
  utimes: ({ at, fs }) => fs.utimes(`${at}/f`, then, then),
  truncate: ({ at, fs, k }) => fs.truncate(`${at}/f`, k),
  readLink: ({ at, fs }) => fs.readLink(`${at}/l`),
  readLinkOrDirectory: ({ at, fs }) => fs.readLink(at),
  realPath: ({ at, fs, world }) =>
    Effect.map(fs.realPath(`${at}/f`), (path) => {
      // The root has a place with this name, too, and that place alone can be meant.
      if (path.startsWith(world.base) && !path.startsWith(`${world.outside}/`)) world.escapes.push(`realPath: ${path}`)
    })
}

/** Apart from the others, since it takes longer. */
export const watch: Operation = ({ at, fs }) =>
  Effect.raceFirst(
    Stream.runDrain(fs.watch(at, { recursive: true })),
    Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))
  )
