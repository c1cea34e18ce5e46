/** Performs the operations of a plan one after the other. */
import { answerOf, type Attempt, attempt } from "../contract/answer.js"
import type { ErrorAnswer } from "../contract/model.js"
import { describe, perform } from "../contract/perform.js"
import { hung, withPatience } from "../contract/run.js"
import { PlainFailure, type PlainFile, type PlainFileSystem } from "../edition.js"
import type { FileCall, Operation, OperationAnswer } from "./model.js"

/** Whether an operation would wait for ever. It is called before each operation. */
export type Waits = (operation: Operation, slots: ReadonlyMap<number, PlainFile>) => boolean | Promise<boolean>

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

const useFile = async (file: PlainFile, { args }: FileCall): Promise<unknown> => {
  switch (args[1]) {
    case "stat":
      return describe(await file.stat())
    case "sync":
      return file.sync()
    case "read": {
      const buffer = new Uint8Array(args[2])
      return { size: await file.read(buffer), read: text(buffer) }
    }
    case "readAlloc": {
      const bytes = await file.readAlloc(args[2])
      return bytes === undefined ? null : text(bytes)
    }
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

/** The call of an operation; `undefined` if it needs a file that is not open. */
const program = (
  fs: PlainFileSystem,
  operation: Operation,
  slots: Map<number, PlainFile>,
  opened: Array<PlainFile>
): (() => Promise<unknown>) | undefined => {
  if (operation.method === "file") {
    const file = slots.get(operation.args[0])
    return file && (() => useFile(file, operation))
  }
  if (operation.method !== "open slot") return () => perform(fs, operation)
  const [slot, path, options] = operation.args
  return async () => {
    const file = await fs.open(path, options)
    slots.set(slot, file)
    opened.push(file)
    return (await file.stat()).type
  }
}

/** Other fields of an error: its method, and the path in its cause. */
const named = (made: Attempt): Pick<ErrorAnswer, "at" | "says"> => {
  if (!("thrown" in made && made.thrown instanceof PlainFailure)) return {}
  const { at, method } = made.thrown
  return { says: method, ...(at === undefined ? {} : { at }) }
}

/** The answer to each operation, until one hangs. */
export const performAll = async (
  operations: ReadonlyArray<Operation>,
  fs: PlainFileSystem,
  waits: Waits
): Promise<ReadonlyArray<OperationAnswer>> => {
  const slots = new Map<number, PlainFile>()
  const opened: Array<PlainFile> = []
  const answers: Array<OperationAnswer> = []
  for (const operation of operations) {
    const asked = program(fs, operation, slots, opened)
    if (asked === undefined || await waits(operation, slots)) {
      answers.push({ skipped: true })
      continue
    }
    const made = await withPatience(attempt(asked))
    if (made === hung) return [...answers, { hung: true }]
    const answer = answerOf(operation, made, undefined)
    answers.push("error" in answer ? { error: { ...answer.error, ...named(made) } } : answer)
  }
  for (const file of opened.toReversed()) await file.close()
  return answers
}
