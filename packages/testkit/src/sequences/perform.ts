/** Performs the operations of a plan, one after the other, in a process that does nothing else. */
import type { PlatformError } from "@effect/platform/Error"
import { type File, FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import { hasProperty } from "effect/Predicate"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { answerOf } from "../contract/answer.js"
import { describe, perform } from "../contract/perform.js"
import type { ErrorAnswer } from "../contract/model.js"
import { hung, withPatience } from "../contract/run.js"
import type { FileCall, Operation, Told } from "./model.js"

/** What a process asks before an operation: whether it would wait for ever. */
export type Waits = (operation: Operation, slots: ReadonlyMap<number, File>) => boolean

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

const useFile = (file: File, { args }: FileCall): Effect.Effect<unknown, PlatformError> => {
  switch (args[1]) {
    case "stat":
      return Effect.map(file.stat, describe)
    case "sync":
      return file.sync
    case "read": {
      const buffer = new Uint8Array(args[2])
      return Effect.map(file.read(buffer), (size) => ({ size, read: text(buffer) }))
    }
    case "readAlloc":
      return Effect.map(file.readAlloc(args[2]), (bytes) => Option.getOrNull(Option.map(bytes, text)))
    case "write":
      return file.write(Buffer.from(args[2]))
    case "writeAll":
      return file.writeAll(Buffer.from(args[2]))
    case "truncate":
      return file.truncate(args[2])
    case "seek":
      return file.seek(args[2], args[3])
  }
}

const program = (operation: Operation, slots: Map<number, File>, scope: Scope.Scope) => {
  if (operation.method === "file") {
    const file = slots.get(operation.args[0])
    return file === undefined ? undefined : useFile(file, operation)
  }
  if (operation.method !== "open slot") return perform(operation)
  const [slot, path, options] = operation.args
  return Effect.flatMap(FileSystem, (fs) => fs.open(path, options)).pipe(
    Scope.extend(scope),
    Effect.flatMap((file) => {
      slots.set(slot, file)
      return Effect.map(file.stat, ({ type }) => type)
    })
  )
}

/** What the error names besides: its method, and the file that the cause is about. */
const named = (exit: Exit.Exit<unknown, PlatformError>): Pick<ErrorAnswer, "at" | "says"> => {
  if (!Exit.isFailure(exit) || exit.cause._tag !== "Fail") return {}
  const { error: { cause, method } } = exit.cause
  // The first path of a symlink is its text.
  const key = hasProperty(cause, "syscall") && cause.syscall === "symlink" ? "dest" : "path"
  const at = hasProperty(cause, key) ? cause[key] : undefined
  return { says: method, ...(typeof at === "string" ? { at } : {}) }
}

/** What each operation comes to, until one hangs. */
export const performAll = async (
  operations: ReadonlyArray<Operation>,
  runtime: ManagedRuntime.ManagedRuntime<FileSystem, unknown>,
  waits: Waits
): Promise<ReadonlyArray<Told>> => {
  const slots = new Map<number, File>()
  const scope = Effect.runSync(Scope.make())
  const told: Array<Told> = []
  for (const operation of operations) {
    const asked = program(operation, slots, scope)
    if (asked === undefined || waits(operation, slots)) {
      told.push({ skipped: true })
      continue
    }
    const exit = await withPatience(runtime.runPromise(Effect.exit(asked)))
    if (exit === hung) return [...told, { hung: true }]
    const answer = answerOf(operation, exit, undefined)
    told.push("error" in answer ? { error: { ...answer.error, ...named(exit) } } : answer)
  }
  await Effect.runPromise(Scope.close(scope, Exit.void))
  return told
}
