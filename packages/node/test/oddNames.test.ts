/**
 * Calls on names with slashes and dots after them, on links, and on other odd names. Each result must be the same as
 * with Node's own calls in a plain directory. Names that are too long for Node's calls must not seem to be missing.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { linux, onlyOnNode, without } from "@procfsroot/testkit/judges"
import { constants } from "node:fs"
import { beforeAll, describe, expect, it } from "vitest"
import { type Fs, type Run, runs } from "./fileSystems.js"

const paths = ["f", "f/", "d", "d/", "d/.", "d/..", "full", "full/", "l", "l/", "dl", "dl/", "dl/.", "x", "x/"].concat(
  ["dangling", "dangling/", "loop", "loop/", "f/x", "l/x", "x/y", "dl/in", "d/../f", "", "n".repeat(256)]
)

const { O_APPEND, O_CREAT, O_DIRECTORY, O_DSYNC, O_EXCL, O_NOFOLLOW, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants

const combinations = [
  0,
  O_RDWR,
  O_WRONLY | O_TRUNC,
  O_CREAT,
  O_RDWR | O_CREAT,
  O_RDWR | O_CREAT | O_EXCL,
  O_WRONLY | O_APPEND,
  O_WRONLY | O_CREAT | O_APPEND | O_EXCL,
  O_RDWR | O_EXCL,
  O_NOFOLLOW,
  O_DIRECTORY,
  O_DIRECTORY | O_NOFOLLOW,
  O_DIRECTORY | O_RDWR,
  O_WRONLY | O_CREAT | O_DSYNC,
  O_RDWR | O_APPEND | O_SYNC,
  O_RDWR | O_CREAT | O_NOFOLLOW
]

type Call = (fs: Fs, path: string, base: string) => Promise<unknown>

const opens = combinations.map((flags): readonly [string, Call] => [
  `open with 0o${flags.toString(8)}`,
  async (fs, path) => {
    await using file = await fs.open(path, flags)
    return (await file.stat()).isDirectory()
  }
])

const calls: ReadonlyArray<readonly [name: string, call: Call]> = [
  ["unlink", (fs, path) => fs.unlink(path)],
  ["rmdir", (fs, path) => fs.rmdir(path)],
  ["lstat", async (fs, path) => (await fs.lstat(path)).isSymbolicLink()],
  ["access to execute", async (fs, path) => void await fs.access(path, fs.constants.X_OK)],
  ["exclusive copyFile to it", (fs, path, base) => fs.copyFile(`${base}/source`, path, fs.constants.COPYFILE_EXCL)],
  ["exclusive copyFile of it", (fs, path, base) => fs.copyFile(path, `${base}/copy`, fs.constants.COPYFILE_EXCL)],
  ...opens
]

const make = async (fs: Fs, base: string): Promise<void> => {
  for (const name of ["", "/d", "/full", "/full/in"]) await fs.mkdir(base + name)
  await fs.writeFile(`${base}/f`, "f")
  await fs.writeFile(`${base}/source`, "source")
  await fs.writeFile(`${base}/full/in/f`, "", { mode: 0o755 })
  const links = { l: "f", dl: "full", dangling: "none", loop: "loop" }
  for (const [name, target] of Object.entries(links)) await fs.symlink(target, `${base}/${name}`)
}

/** The result of a call, and the names that are left. */
const told = async (fs: Fs, base: string, path: string, call: Call): Promise<unknown> => {
  await make(fs, base)
  // The empty path must stay empty: it leads nowhere, even inside a directory.
  const place = path === "" ? "" : `${base}/${path}`
  const answer = await call(fs, place, base).then(
    (value) => ({ value }),
    ({ code, syscall }: NodeJS.ErrnoException) => ({ code, syscall })
  )
  const left = await Promise.all(["", "/full", "/d"].map((name) => fs.readdir(base + name).catch(() => [])))
  return [path, answer, left.map((names) => names.toSorted().join())]
}

const all = (run: Run, call: Call): Promise<ReadonlyArray<unknown>> =>
  run(async (fs, base) => {
    const answers = []
    for (const [i, path] of paths.entries()) answers.push(await told(fs, `${base}/${i}`, path, call))
    return answers
  })

/** For a directory, Bun fails with ENOTSUP. */
const exclusiveCopy = onlyOnNode("only Node has this errno for an exclusive copy of a directory")

describe.each(calls)("%s of odd names", (name, call) => {
  let expected: ReadonlyArray<unknown>
  beforeAll(async () => {
    expected = await all(runs.node, call)
  })

  it.skipIf(name === "exclusive copyFile of it" && without(exclusiveCopy)).each(
    ["kernel", "walk", "memory"] as const
  )("%s", async (name) => {
    expect(await all(runs[name], call)).toEqual(expected)
  })
})

const longNames = linux(6, 14, "look up names of more than 1,024 bytes in FUSE")

describe.skipIf(without("fuse", longNames))("a name that is too long for a path through a descriptor", () => {
  it.each(["auto", "none"] as const)("does not count as missing; native: %s", async (native) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, { native })
    const name = "n".repeat(4_085)
    expect(await root.promises.readdir("/longNamed")).toEqual([name])
    const path = `longNamed/${name}`
    const code = root.strategy.native?.name === "none" ? "ENAMETOOLONG" : "found"
    const found = (use: Promise<unknown>) => use.then(() => "found", (error: NodeJS.ErrnoException) => error.code)
    expect(await found(root.promises.lstat(path))).toBe(code)
    expect(await found(root.resolve(path))).toBe(code)
    // It looks names up by path, also with native calls.
    expect(await root.resolveAll([path])).toMatchObject([{ error: { code: "ENAMETOOLONG" } }])
  })
})
