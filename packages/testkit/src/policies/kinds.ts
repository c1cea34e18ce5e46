/** Calls methods with every kind of path that they take, to show how a policy treats each. */
import { type OpenFileSystem, type PathPolicy, PlainFailure, type PlainFileSystem } from "../edition.js"
import { mountAll, mountedTemporary, type MountSpec } from "../mounts.js"
import { temporary } from "../temporary.js"
import { materialize, type TreeSpec } from "../tree.js"

/** `ok`, or the errno and the tag of the cause. */
export const outcomeOf = async (run: Promise<unknown>): Promise<string> => {
  try {
    await run
    return "ok"
  } catch (error) {
    if (!(error instanceof PlainFailure)) throw error
    return `${error.code} ${error.resolve}`
  }
}

export const data = new Uint8Array([1])

type Operation = (fs: PlainFileSystem, path: string) => Promise<unknown>

/** Every kind of path that a method takes, below the existing directory `path`. */
const kindsOfPaths: Readonly<Record<string, Operation>> = {
  "a file": (fs, path) => fs.readFile(`${path}/f`),
  "a directory": (fs, path) => fs.readDirectory(path),
  "a new file": (fs, path) => fs.writeFile(`${path}/new`, data),
  "a new file that must not exist": (fs, path) => fs.writeFile(`${path}/newer`, data, { flag: "wx" }),
  "a new directory": (fs, path) => fs.makeDirectory(`${path}/made`),
  "new directories": (fs, path) => fs.makeDirectory(`${path}/x/y/z`, { recursive: true }),
  "the source of a copy": (fs, path) => fs.copy(`${path}/f`, "tmp/copy"),
  "the destination of a copy": (fs, path) => fs.copy("d/f", `${path}/copy`),
  "the destination of the copy of a tree": (fs, path) => fs.copy("tmp", `${path}/deep/copy`),
  "the source of copyFile": (fs, path) => fs.copyFile(`${path}/f`, "tmp/copied"),
  "the destination of copyFile": (fs, path) => fs.copyFile("d/f", `${path}/copied`),
  "the source of a rename": async (fs, path) => {
    await fs.writeFile("d/before", data)
    await fs.rename(`${path}/before`, "tmp/after")
  },
  "the destination of a rename": async (fs, path) => {
    await fs.writeFile("tmp/before", data)
    await fs.rename("tmp/before", `${path}/after`)
  },
  "the source of a hard link": (fs, path) => fs.link(`${path}/f`, "tmp/linked"),
  "the destination of a hard link": (fs, path) => fs.link("d/f", `${path}/linked`),
  "the place of a link": (fs, path) => fs.symlink("/anywhere", `${path}/symlink`),
  "the directory of a temporary file": (fs, path) => fs.makeTempFile({ directory: path }),
  "the directory of a temporary directory": (fs, path) => fs.makeTempDirectory({ directory: path }),
  "what is removed": (fs, path) => fs.remove(`${path}/none`, { force: true }),
  "a link itself": (fs, path) => fs.readLink(`${path}/in`)
}

export type Open = (policy: PathPolicy) => Promise<OpenFileSystem>

export const using = async <A>(open: Promise<OpenFileSystem>, use: (fs: PlainFileSystem) => Promise<A>): Promise<A> => {
  const { close, fs } = await open
  try {
    return await use(fs)
  } finally {
    await close()
  }
}

type Answers = Readonly<Record<string, string>>

/** The answer for each kind of path. */
export const allOf = async (fs: PlainFileSystem, path: string): Promise<Answers> => {
  const answers: Record<string, string> = {}
  for (const [kind, operation] of Object.entries(kindsOfPaths)) answers[kind] = await outcomeOf(operation(fs, path))
  return answers
}

/** The answer for each kind of path, in a new file system. */
export const all = (open: Open, policy: PathPolicy, path: string): Promise<Answers> =>
  using(open(policy), (fs) => allOf(fs, path))

/** The same answer for every kind of path. */
export const each = (answer: string): Answers =>
  Object.fromEntries(Object.keys(kindsOfPaths).map((kind) => [kind, answer]))

/** A directory of the host with the tree and the mounts, which is removed when the file system is closed. */
export const onDisk = (
  open: (path: string, policy: PathPolicy) => Promise<OpenFileSystem>,
  tree: TreeSpec,
  mounts: ReadonlyArray<MountSpec> = []
): Open =>
async (policy) => {
  const directory = mounts.length === 0 ? temporary() : mountedTemporary()
  materialize(directory.path, tree)
  mountAll(directory.path, mounts)
  try {
    const opened = await open(directory.path, policy)
    return {
      ...opened,
      close: async () => {
        await opened.close()
        directory[Symbol.dispose]()
      }
    }
  } catch (error) {
    directory[Symbol.dispose]()
    throw error
  }
}
