/**
 * The process of the oracle. It enters each tree with `chroot(2)`, runs cases there with Node's own file system,
 * and comes back through a descriptor of the old root, which requires the right to `chroot`. It prints all
 * reports to its standard output.
 *
 * Its arguments are `share` and `shares`: it runs every case whose number leaves `share` when divided by `shares`.
 *
 * All modules are loaded before it enters the first tree, which does not contain them.
 */
import koffi from "koffi"
import { openSync } from "node:fs"
import { nodeFileSystem } from "../effect3/node.js"
import { cases } from "./cases.js"
import { corrected } from "./corrected.js"
import { unasked } from "./corrections.js"
import { makeTree } from "./disk.js"
import type { Backend } from "./model.js"
import { runCases } from "./run.js"

const libc = koffi.load(null)
const chroot = libc.func("int chroot(const char *path)")
const fchdir = libc.func("int fchdir(int fd)")

const outside = openSync("/", "r")

const check = (call: string, result: number) => {
  if (result !== 0) throw new Error(`${call} failed, errno ${koffi.errno()}`)
}

const enter = (root: string) => {
  process.chdir(root)
  check("chroot", chroot("."))
  process.chdir("/")
}

const leave = () => {
  check("fchdir", fchdir(outside))
  check("chroot", chroot("."))
  process.chdir("/")
}

const fs = corrected(await nodeFileSystem())

const inChroot: Pick<Backend, "world"> = {
  world: async (tree) => {
    const { base, dispose, files, root } = makeTree(tree)
    return {
      base,
      run: async (use) => {
        enter(root)
        try {
          return await use(fs)
        } finally {
          leave()
        }
      },
      files,
      dispose: async () => dispose()
    }
  }
}

const [share, shares] = process.argv.slice(2).map(Number)
const own = cases.filter((_, i) => i % (shares ?? 1) === share)
const reports = await runCases(inChroot, own.filter((testCase) => unasked(testCase) === undefined))
process.stdout.write(
  JSON.stringify(own.map((testCase) => [testCase.id, unasked(testCase) ?? reports.get(testCase.id)]))
)
