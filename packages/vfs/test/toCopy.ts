/** A tree in which every kind of file can be copied onto every other kind. */
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import type { Node } from "../src/internal/memory/inode.js"
import { failure as failureIn, type Fs, options } from "./failing.js"
import { built, type Operations } from "./handles.js"

export const user = { uid: 1_000, gid: 1_000 }

export const tree: MemoryTree.Tree = {
  "/": MemoryTree.directory(user),
  "/old": MemoryTree.directory(user),
  "/d": MemoryTree.directory({ ...user, mtime: new Date(2_000) }),
  "/d/e/f": MemoryTree.file("text", user),
  "/d/f": MemoryTree.file("text", { ...user, mtime: new Date(3_000) }),
  "/d/l": MemoryTree.link("f", user),
  "/empty": MemoryTree.file("", { ...user, mode: 0o4755 }),
  "/there": MemoryTree.file("there", user),
  "/full": MemoryTree.directory(user),
  "/full/f": MemoryTree.file("there", user),
  "/dang": MemoryTree.link("new", user),
  "/fifo": MemoryTree.fifo(user),
  "/socket": MemoryTree.socket(user),
  "/device": MemoryTree.device("CharacterDevice", 1, 3, user),
  "/small/f": MemoryTree.file("text", user),
  "/small/l": MemoryTree.link("f", user),
  "/old/f": MemoryTree.file("there", user),
  "/old/l": MemoryTree.link("there", user),
  "/wide/s/f": MemoryTree.file("text", user),
  "/wide/s": MemoryTree.directory({ ...user, mode: 0o711 }),
  "/over": MemoryTree.directory(user),
  "/over/s": MemoryTree.directory({ ...user, mode: 0o700 }),
  "/wrong": MemoryTree.directory(user),
  "/wrong/s": MemoryTree.file("", user),
  "/worse": MemoryTree.directory(user),
  "/worse/f/x": MemoryTree.file("", user),
  "/writable": MemoryTree.file("there", { ...user, mode: 0o200 }),
  "/readable": MemoryTree.file("", { mode: 0o444 }),
  "/secret": MemoryTree.file("", { mode: 0o200 }),
  "/closed": MemoryTree.directory()
}

export const open = (change: (operations: Operations<Node>) => Partial<Operations<Node>> = () => ({})): Fs => {
  const { operations } = built(tree, user)
  return FileSystem.make({ ...operations, ...change(operations) }, options)
}

export const failure = (run: (fs: Fs) => Program.Program<void>, fs = open()) => failureIn(run, fs)

export const textOf = (fs: Fs, path: string): string => new TextDecoder().decode(Program.runSync(fs.readFile(path)))
