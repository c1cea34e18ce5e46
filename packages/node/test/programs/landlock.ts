/**
 * Gives up a right by Landlock, and prints what operations do then, with `node:fs` and in roots, and how roots walk:
 * `node landlock.mjs RIGHT DIRECTORY`.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { forbid, type Right } from "@procfsroot/testkit/landlock"
import { materialize } from "@procfsroot/testkit/tree"
import * as fs from "node:fs"

const [right = "", directory = ""] = process.argv.slice(2)

interface Calls {
  readonly link: (from: string, to: string) => unknown
  readonly lstat: (path: string) => unknown
  readonly readdir: (path: string) => ReadonlyArray<string> | Promise<ReadonlyArray<string>>
  readonly readlink: (path: string) => unknown
  readonly rm: (path: string, options: { readonly recursive: true }) => unknown
  readonly stat: (path: string, options?: { readonly bigint: true }) => unknown
  readonly writeFile: (path: string, data: string, options: { readonly flag: "wx" }) => unknown
}

/** Since Node 24, `rmSync` also unlinks directories, and gives up if that is EACCES. */
const removeTree = (path: string): void => {
  for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(`${path}/${entry.name}`)
    else fs.unlinkSync(`${path}/${entry.name}`)
  }
  fs.rmdirSync(path)
}

/** Synchronous, since Node has started the threads of its pool before. */
const judge: Calls = {
  link: fs.linkSync,
  lstat: (path) => fs.lstatSync(path),
  readdir: (path) => fs.readdirSync(path),
  readlink: (path) => fs.readlinkSync(path),
  rm: removeTree,
  stat: (path, options) => fs.statSync(path, options),
  writeFile: fs.writeFileSync
}

const operations = (calls: Calls, base: string): Readonly<Record<string, () => unknown>> => ({
  stat: () => calls.stat(`${base}/l`),
  "stat with bigint": () => calls.stat(`${base}/l`, { bigint: true }),
  lstat: () => calls.lstat(`${base}/l`),
  readlink: () => calls.readlink(`${base}/l`),
  link: () => calls.link(`${base}/l`, `${base}/l2`),
  "write a new file": () => calls.writeFile(`${base}/new`, "", { flag: "wx" }),
  "remove directories": () => calls.rm(`${base}/only`, { recursive: true }),
  "remove files": () => calls.rm(`${base}/full`, { recursive: true }),
  // Bun does not sort them.
  list: async () => (await calls.readdir(`${base}/.`)).toSorted()
})

const print = (result: unknown): unknown =>
  typeof result === "object" && result !== null && "size" in result ? `size ${result.size}` : result ?? "done"

const outcomes = async (calls: Calls, base: string): Promise<unknown> => {
  const found: Record<string, unknown> = {}
  for (const [name, run] of Object.entries(operations(calls, base))) {
    try {
      found[name] = print(await run())
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException // both throw nothing else
      found[name] = `${syscall} ${code}`
    }
  }
  return found
}

const options = [{}, { strategy: "walk" }, { native: "none" }] as const
const roots = []
for (const [i, option] of [undefined, ...options].entries()) {
  const base = `${directory}/${i}`
  fs.mkdirSync(base)
  materialize(base, [
    { path: "/f", type: "file" },
    { path: "/l", type: "symlink", target: "f" },
    { path: "/only/a/b", type: "dir" },
    { path: "/only/c", type: "dir" },
    { path: "/full/a/f", type: "file" }
  ])
  if (option !== undefined) roots.push({ option, root: await openRoot(base, option) })
}
forbid(right as Right)
const expected = await outcomes(judge, `${directory}/0`)
const answers = []
for (const { option, root } of roots) {
  const { result } = await root.explain("/l")
  const found = await outcomes(root.promises, "")
  const replacing = root.directory.writeFileAtomic("/f", "new")
  const replaced = await replacing.then(() => "done", ({ code }: NodeJS.ErrnoException) => code)
  answers.push({ option, outcomes: found, replaced, result })
}
process.stdout.write(JSON.stringify({ expected, answers }))
