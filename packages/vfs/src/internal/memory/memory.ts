/** Creates the file system of a tree in memory. */
import { isOn } from "@procfsroot/path/Policy"
import type { FileSystem, Writer } from "../../FileSystem.js"
import type { Invalid, Memory, Options, Protected, User } from "../../MemoryTree.js"
import { make as makeFileSystem } from "../fileSystem.js"
import { crash, crashes } from "./crash.js"
import { checkFields, checkWhole, refuse } from "./data.js"
import { CurrentTime } from "./currentTime.js"
import { Disk } from "./disk.js"
import { freeze, thaw } from "./freeze.js"
import { Directory, pathOf } from "./inode.js"
import { History } from "./history.js"
import { failIn } from "../errno.js"
import { flagsOf } from "../openFlags.js"
import { copy, strictest } from "../pathPolicy.js"
import { runSync, valueOf } from "../program.js"
import type { RootDirectory } from "../../RootDirectory.js"
import type { PathPolicy } from "../../PathPolicy.js"
import type { Tree } from "../../Tree.js"
import { inodeOperations, lookup } from "./inodeOperations.js"
import type { OpenNode } from "./openFile.js"
import { pathOfOpen } from "./openNames.js"
import { continuing, continuingAtomic, stepping, Steps } from "./steps.js"
import { snapshot } from "./snapshot.js"
import { build } from "./tree.js"
import { type Shared, type World, worldOf } from "./world.js"

const superuser: User = { uid: 0, gid: 0 }

/** Each setting and its largest value. */
const largest: Readonly<Record<keyof Protected, number>> = { symlinks: 1, regular: 2, fifos: 2, hardlinks: 1 }

const settingsOf = (given: Protected = {}): Shared["settings"] => {
  checkFields("protected", given, Object.keys(largest))
  const { fifos = 0, hardlinks = 1, regular = 0, symlinks = 0 } = given
  const settings = { symlinks, regular, fifos, hardlinks }
  for (const [name, most] of Object.entries(largest)) checkWhole(name, settings[name as keyof Protected], 0, most) // a key of `largest`
  return { ...settings, unmapped: undefined }
}

const PREFIX = ".procfsroot-"

/** All programs that write to a tree do so through this writer, so every other temporary file is abandoned. */
const writerOf = (number: () => string): Writer => {
  const active = new Set<string>()
  return {
    begin: () => {
      const name = `${PREFIX}${number()}`
      active.add(name)
      return name
    },
    end: (name) => void active.delete(name),
    isAbandoned: (name) => name.startsWith(PREFIX) && !active.has(name)
  }
}

/** Names are counted instead of random, so that a test gets the same ones every time. */
const counted = () => {
  let made = 0
  const next = (length: number) => () => (made++).toString(16).padStart(length, "0")
  return { directoryName: next(6), fileName: next(12), writer: writerOf(next(6)) }
}

/** Chooses the names of temporary files, for all roots of a tree. */
type Names = ReturnType<typeof counted>

const memoryOf = (world: World, root: Directory, policy: PathPolicy | undefined, names: Names): Memory => {
  const { shared } = world
  const { root: top, steps, time } = shared
  const operations = stepping(inodeOperations(world, root), steps, top)
  const made = makeFileSystem(operations, { now: () => time.now, policy, ...names })
  const { rootDirectory: directory } = made
  const rootDirectory: RootDirectory = {
    ...directory,
    openAtomic: (path, options) => continuingAtomic(steps, directory.openAtomic(path, options)),
    readEntries: (path) => continuing(steps, directory.readEntries(path)),
    walkTree: (path, options) => continuing(steps, directory.walkTree(path, options))
  }
  const watch: typeof made.watch = (...args) => {
    const watching = made.watch(...args)
    // A watch has no other end than to be interrupted.
    return steps.continued()(() => watching, undefined, "ok")
  }
  const fileSystem = { ...made, rootDirectory, watch }
  const history = () =>
    shared.history ?? refuse("no changes were recorded: create the file system with `crashes: true`")
  return {
    _tag: "Memory",
    fileSystem,
    policy,
    root,
    get place() {
      return pathOf(root, top)
    },
    steps,
    lookup: (asked) => lookup(world, asked),
    get now() {
      return time.now
    },
    set now(now) {
      time.now = now
    },
    useClock: (clock) => time.use(clock),
    limit: (limits) => shared.disk.limit(limits, top),
    snapshot: () => snapshot(freeze(root)),
    syncAll: () => shared.history?.syncAll(),
    crash: (options) => snapshot(crash(history(), options)),
    crashes: (options) => crashes(history(), options).map(snapshot),
    pathOf: (file) => pathOfOpen(file, root),
    asUser: (user) => memoryOf(worldOf(shared, user), root, policy, names),
    subRoot: (path, options = {}) => memoryOf(world, directoryAt(fileSystem, path), strictest(policy, options), names)
  }
}

const directoryAt = (fileSystem: FileSystem<OpenNode>, path: string): Directory => {
  const opened = valueOf(fileSystem.open(path, flagsOf("path"), 0))
  const node = opened.file?.node
  runSync(opened.close())
  return node instanceof Directory ? node : failIn("open", [path], "ENOTDIR")
}

/** @internal */
export const make = (
  tree: Tree,
  { crashes, limits, policy = {}, protection, user = superuser }: Options = {}
): Memory | Invalid => {
  const image = build(tree)
  if (image._tag === "Invalid") return image
  const root = thaw(image)
  const shared: Shared = {
    root,
    disk: new Disk(),
    steps: new Steps(),
    time: new CurrentTime(),
    watchers: new Set(),
    settings: settingsOf(protection),
    history: isOn("crashes", crashes) ? new History(root) : undefined
  }
  if (limits !== undefined) shared.disk.limit(limits, root)
  return memoryOf(worldOf(shared, user), root, copy(policy), counted())
}
