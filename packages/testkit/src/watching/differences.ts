/** Where a judge reports other events than a watch in memory, and why that is correct. */
import type { Place } from "./cases.js"
import type { Reported } from "./watched.js"

/** `fs.watch` of Node, or a file system on a disk with this strategy. */
export type Judge = "fs.watch" | "kernel" | "walk"

const nodeTypes: Readonly<Record<string, string>> = { Create: "rename", Remove: "rename", Update: "change" }

/**
 * Converts an event to Node's, which only has the types of libuv. A file system also checks whether the name exists.
 */
const inWordsOfNode = (event: string): string => event.replace(/^\w+/, (type) => nodeTypes[type] ?? type)

/**
 * Removes the events for the end of the directory. A watch on a disk keeps its directory open to look up names, and
 * while it is open, the kernel does not report that it is gone. In memory, this is two events of the directory itself,
 * directly after each other, as in Node. There is no other such pair, since a call reports a name only once.
 */
const withoutEndOfDirectory = (events: ReadonlyArray<string>, name: string): ReadonlyArray<string> =>
  events.length === 2 && events.every((event) => event === events[0] && event.endsWith(` ${name}`)) ? [] : events

const directoryOf = (event: string): string => event.slice(event.indexOf(" ") + 1, event.lastIndexOf("/") + 1)

const byDirectory = (events: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(events.map(directoryOf))].toSorted().flatMap((directory) =>
    events.filter((event) => directoryOf(event) === directory)
  )

/**
 * Sorts the events of a recursive watch by directory. On a disk, it collects the events of each directory separately, so
 * only the order within each directory is kept. In memory, they are in the order of the calls.
 */
export const sortedFor = ({ recursive }: Place, reported: Reported): Reported =>
  recursive ? reported.map(byDirectory) : reported

/** The events that a judge should report, in the order of `sortedFor`, given those in memory. */
export const expectedFrom = (judge: Judge, place: Place, reported: Reported): Reported => {
  const { isFile, path, recursive } = place
  if (judge === "fs.watch") return reported.map((events) => events.map(inWordsOfNode))
  if (isFile) return reported
  if (recursive) return sortedFor(place, reported)
  const name = path.slice(path.lastIndexOf("/") + 1)
  return reported.map((events) => withoutEndOfDirectory(events, name))
}
