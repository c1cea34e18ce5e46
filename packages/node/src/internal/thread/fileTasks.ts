/** Runs the operations of file systems in a thread, which makes all their calls synchronously. */
import * as Vfs from "@procfsroot/vfs/FileSystem"
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import * as Handle from "@procfsroot/vfs/Handle"
import * as Program from "@procfsroot/vfs/Program"
import { fileOperations } from "../fileSystem/fileOperations.js"
import { make } from "../fileSystem/fileSystem.js"
import { waitHere } from "../fileSystem/pooled.js"
import type { OpenRoot } from "../root.js"
import type { FileTask } from "./messages.js"

waitHere()

const fileSystems = new WeakMap<OpenRoot, Map<string, Vfs.FileSystem<number>>>()

const fileSystemOf = (root: OpenRoot, { key, options }: FileTask): Vfs.FileSystem<number> => {
  const known = fileSystems.get(root) ?? new Map<string, Vfs.FileSystem<number>>()
  fileSystems.set(root, known)
  const fileSystem = known.get(key) ?? make(Handle.make(root, () => {}), options)
  known.set(key, fileSystem)
  return fileSystem
}

type Method = (...args: ReadonlyArray<unknown>) => unknown

/** Calls a method by its name. The types of its arguments were checked in `remote.ts`, where the task was made. */
const invoke = (target: object, { args, method }: FileTask): unknown =>
  (target as Readonly<Record<string, Method>>)[method]?.(...args) // as `remote.ts` names them

const isProgram = (value: unknown): value is Program.Program<unknown> =>
  typeof value === "object" && value !== null && "next" in value && Symbol.iterator in value

/** Runs a program to its end, or to its next turn if the task was given up. */
const run = (program: Program.Program<unknown>, isWanted: () => boolean): unknown => {
  const running = Program.start(program, { isDue: () => !isWanted(), wait: () => () => {} })
  let exit: Program.Exit<unknown> | undefined
  running.onExit((ended) => exit = ended)
  if (exit === undefined) running.interrupt()
  if (exit === undefined) throw new Error("a program waits, although this thread does so itself")
  return valueOf(exit)
}

const valueOf = (exit: Program.Exit<unknown>): unknown => {
  if (exit === "Interrupted") return undefined
  if ("error" in exit) throw exit.error
  return exit.value
}

/** Reads from a file, and returns the bytes. */
const read = (files: FileOperations<number>, [fd, length, position]: ReadonlyArray<unknown>): Uint8Array => {
  const buffer = new Uint8Array(length as number) // the arguments of `remote.ts`
  const count = files.read(fd as number, buffer, position as number | undefined)
  return count === length ? buffer : buffer.slice(0, count as number) // synchronous in this thread
}

/** Calls a method of an open file. Its descriptor is the first argument. */
const invokeOpen = (files: FileOperations<number>, { args: [fd, ...args], ...task }: FileTask): unknown =>
  invoke(Vfs.openFile(files, fd as number, "r+", Date.now), { ...task, args }) // as `remote.ts` passes it

const begun = (root: OpenRoot, task: FileTask): unknown => {
  if (task.do === "openFile") return invokeOpen(fileOperations(root.calls), task)
  const fileSystem = fileSystemOf(root, task)
  return invoke(task.do === "fileSystem" ? fileSystem : fileSystem.rootDirectory, task)
}

/** @internal */
export const doFileTask = (root: OpenRoot, task: FileTask, isWanted: () => boolean): unknown => {
  if (task.do === "file") {
    const files = fileOperations(root.calls)
    return task.method === "read" ? read(files, task.args) : invoke(files, task)
  }
  const value = begun(root, task)
  if (isProgram(value)) return run(value, isWanted)
  // The descriptor of an open file, which the other thread closes.
  return task.method === "open" ? (value as Vfs.File<number>).file : value
}
