/**
 * The process of the oracle. It enters each tree with `chroot(2)`, runs cases there with Node's own file system,
 * and comes back through a descriptor of the old root, which requires the right to `chroot`. It prints all
 * reports to its standard output.
 *
 * Its arguments are `share` and `shares`: it runs every case whose number leaves `share` when divided by `shares`.
 *
 * All modules are loaded before it enters the first tree, which does not contain them.
 */
import { enterRoot, leaveRoot } from "../chroot.js"
import { LOOP_ATTEMPTS } from "../kernel.js"
import { nodeFileSystem } from "../effect3/node.js"
import { cases } from "./cases.js"
import { corrected } from "./corrected.js"
import { unasked } from "./corrections.js"
import { makeTree } from "./disk.js"
import type { Backend, Report } from "./model.js"
import { runCases } from "./run.js"

const fs = corrected(await nodeFileSystem())

const inChroot: Pick<Backend, "world"> = {
  world: async (tree) => {
    const { base, changed, dispose, files, root } = makeTree(tree)
    return {
      base,
      changed,
      run: async (use) => {
        enterRoot(root)
        try {
          return await use(fs)
        } finally {
          leaveRoot()
        }
      },
      files,
      dispose: async () => dispose()
    }
  }
}

const [share, shares] = process.argv.slice(2).map(Number)
const own = cases.filter((_, i) => i % (shares ?? 1) === share)
const asked = own.filter((testCase) => unasked(testCase) === undefined)
const reports = new Map(await runCases(inChroot, asked))

const hasLoop = (report: Report | undefined): boolean => JSON.stringify(report).includes(`"ELOOP"`)

for (let attempt = 1; attempt < LOOP_ATTEMPTS; attempt++) {
  const loops = asked.filter(({ id, tree }) => tree === "chains" && hasLoop(reports.get(id)))
  for (const [id, report] of await runCases(inChroot, loops)) if (!hasLoop(report)) reports.set(id, report)
}

process.stdout.write(
  JSON.stringify(own.map((testCase) => [testCase.id, unasked(testCase) ?? reports.get(testCase.id)]))
)
