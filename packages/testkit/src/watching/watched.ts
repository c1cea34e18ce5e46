/** Runs a case, and collects the events that its watcher reports after each step. */
import type { OpenFileSystem, PlainFile, PlainWatch } from "../edition.js"
import { type Case, makeTree, type Place, type Subject } from "./cases.js"
import { nextTurn } from "../nextTurn.js"

/** The events of each step, in order. */
export type Reported = ReadonlyArray<ReadonlyArray<string>>

/** Starts a watch that passes on each event. */
export type Watch = (opened: OpenFileSystem, place: Place, report: (event: string) => void) => PlainWatch

/** The watcher of the file system itself. */
export const ownWatch: Watch = ({ fs }, { path, recursive }, report) =>
  fs.watch(path, { recursive }, (event) => report(`${event.type} ${event.path}`))

/**
 * Waits for events. The kernel has queued them when a call returns, and Node needs a few turns to read and report them.
 */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    await nextTurn()
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
}

/** Runs a case in an empty root. A failure of the watch is also reported. */
export const reportedIn = async (
  opened: OpenFileSystem,
  { steps }: Case,
  place: Place,
  patience: number,
  watch: Watch = ownWatch
): Promise<Reported> => {
  const { directory, fs } = opened
  if (directory === undefined) throw new Error("it has no handles")
  await makeTree(opened)
  const files: Array<PlainFile> = []
  const subject: Subject = {
    fs,
    directory,
    files,
    open: async (path) => {
      files.push(await fs.open(path, { flag: "r+" }))
    }
  }
  let events: Array<string> = []
  const watching = watch(opened, place, (event) => events.push(event))
  const failed = watching.ended.catch((error: unknown) => events.push(String(error)))
  const all: Array<ReadonlyArray<string>> = []
  try {
    await turns(patience)
    for (const step of steps) {
      events = []
      await step(subject)
      await turns(patience)
      all.push(events)
    }
    return all
  } finally {
    await watching.stop()
    await failed
    for (const file of files) await file.close()
  }
}
