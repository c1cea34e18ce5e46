/**
 * Runs in its own mount namespace: `node readOnlyMount.mjs <directory>`. Runs every case of the contract on trees on a
 * read-only mount, and on archives of the same trees. Prints the cases whose results differ.
 */
import { cases, isNewer } from "@procfsroot/testkit/contract/cases"
import { makeTree } from "@procfsroot/testkit/contract/disk"
import type { Answer, Backend, Case } from "@procfsroot/testkit/contract/model"
import { runCases } from "@procfsroot/testkit/contract/run"
import type { OpenFileSystem } from "@procfsroot/testkit/edition"
import { execFileSync } from "node:child_process"
import { isDeepStrictEqual } from "node:util"
import { archive } from "@procfsroot/testkit/archive"
import { edition } from "../edition.js"

const [directory = ""] = process.argv.slice(2)
const mount = (...args: ReadonlyArray<string>) => execFileSync("mount", args)

const backend = (
  open: (root: string) => Promise<OpenFileSystem>,
  leave: (root: string) => void
): Pick<Backend, "world"> => ({
  world: async (tree) => {
    const { base, dispose, root } = makeTree(tree)
    const { close, fs } = await open(root)
    return {
      base,
      run: (use) => use(fs),
      // Files are not listed after each case: if a case changed something, the cases after it would fail.
      files: () => [],
      dispose: async () => {
        await close()
        leave(root)
        dispose()
      }
    }
  }
})

const mounted = backend((root) => {
  mount("--bind", root, root)
  mount("-o", "remount,bind,ro", root)
  return edition.node(root, { strategy: "walk" })
}, (root) => execFileSync("umount", [root]))

let archives = 0
const archived = backend(
  (root) => edition.archive(archive(root, `${directory}/${++archives}`, "pax")),
  () => {}
)

/**
 * Cases that are not compared: in an archive, nothing happens to watched files, and on the disk, the fifo has a reader.
 */
const isOther = ({ args, method }: Case): boolean => {
  if (method === "watch") return true
  const isFifo = typeof args[0] === "string" && args[0].endsWith("fifo")
  return isFifo && (["sink", "truncate", "writeFile", "writeFileString"].includes(method) ||
    (method === "open" && (args[1]?.flag ?? "r") !== "r"))
}

/** Without the system call of a copy that fails: it depends on the order in which a directory is listed. */
const withoutOrder = ({ method }: Case, answer: Answer | undefined) =>
  method === "copy" && answer !== undefined && "error" in answer
    ? { error: { ...answer.error, syscall: "" } }
    : answer

const asked = cases.filter((testCase) => !isNewer(testCase) && !isOther(testCase))
const expected = await runCases(mounted, asked)
const actual = await runCases(archived, asked)

const differing = asked.flatMap((testCase) => {
  const [should, does] = [expected, actual].map((reports) => withoutOrder(testCase, reports.get(testCase.id)?.answer))
  return isDeepStrictEqual(should, does) ? [] : [{ id: testCase.id, should, does }]
})
const refused = [...actual.values()].filter(({ answer }) => "error" in answer && answer.error.code === "EROFS")

process.stdout.write(JSON.stringify({ asked: asked.length, refused: refused.length, differing }))
