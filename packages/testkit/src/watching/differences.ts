/** Where a judge reports something else than a watch in memory does, and why that is right. */
import type { Place } from "./cases.js"
import type { Reported } from "./watched.js"

/** `fs.watch` of Node, or a file system on a disk with this strategy. */
export type Judge = "fs.watch" | "kernel" | "walk"

const nodeTypes: Readonly<Record<string, string>> = { Create: "rename", Remove: "rename", Update: "change" }

/** Node names only the type that libuv has; a file system also looks whether the name is there. */
const inWordsOfNode = (event: string): string => event.replace(/^\w+/, (type) => nodeTypes[type] ?? type)

/**
 * A watch on a disk keeps its directory open, in which it looks names up, and the kernel does not report that a
 * directory is gone while somebody holds it. In memory this is two events of the directory itself, one right after the
 * other, as in Node. There is no other such pair: a single call reports a name once.
 */
const withoutEndOfDirectory = (events: ReadonlyArray<string>, name: string): ReadonlyArray<string> =>
  events.length === 2 && events.every((event) => event === events[0] && event.endsWith(` ${name}`)) ? [] : events

const directoryOf = (event: string): string => event.slice(event.indexOf(" ") + 1, event.lastIndexOf("/") + 1)

/**
 * On a disk, a recursive watch collects the events of each directory separately, so that only the order within each of
 * them is kept. In memory the order is that of the calls.
 */
const byDirectory = (events: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...new Set(events.map(directoryOf))].flatMap((directory) =>
    events.filter((event) => directoryOf(event) === directory)
  )

/** What a judge should report, by what was reported in memory. */
export const expectedFrom = (judge: Judge, { isFile, path, recursive }: Place, reported: Reported): Reported => {
  if (judge === "fs.watch") return reported.map((events) => events.map(inWordsOfNode))
  if (isFile) return reported
  if (recursive) return reported.map(byDirectory)
  const name = path.slice(path.lastIndexOf("/") + 1)
  return reported.map((events) => withoutEndOfDirectory(events, name))
}
