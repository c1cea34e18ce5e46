/** Node's `fs.cp`, with the same result for all versions of Node. */
import * as Fs from "node:fs"

/** Sets the times of directories, which Node itself only does since version 26. */
const setTimesOfDirectories = (from: string, to: string): void => {
  const { atime, isDirectory, mtime } = at(from)
  if (!isDirectory) return
  for (const name of Fs.readdirSync(from)) setTimesOfDirectories(`${from}/${name}`, `${to}/${name}`)
  Fs.utimesSync(to, atime, mtime)
}

const at = (path: string) => {
  const stats = Fs.lstatSync(path)
  return { atime: stats.atime, mtime: stats.mtime, isDirectory: stats.isDirectory() }
}

export const cp = async (from: string, to: string, force: boolean, preserveTimestamps: boolean): Promise<void> => {
  await Fs.promises.cp(from, to, {
    // With a filter, Node 26 makes one call per file like older versions, and errors name the file that failed.
    filter: () => true,
    force,
    preserveTimestamps,
    recursive: true,
    verbatimSymlinks: true
  })
  if (preserveTimestamps) setTimesOfDirectories(from, to)
}
