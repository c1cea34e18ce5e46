/** Node's `fs.cp`, as all versions of Node are to answer. */
import * as Fs from "node:fs"

/** Node sets those of directories since 26. */
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
    // With a filter, Node 26 also makes one call for each file, and its errors name the one that failed.
    filter: () => true,
    force,
    preserveTimestamps,
    recursive: true,
    verbatimSymlinks: true
  })
  if (preserveTimestamps) setTimesOfDirectories(from, to)
}
