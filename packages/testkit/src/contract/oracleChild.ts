/**
 * The oracle's process: it enters each tree by `chroot(2)`, lets Node's own file system run a case there, and comes back
 * through a descriptor of the old root, as only who may `chroot` can. It tells every report on its standard output.
 *
 * All modules are loaded before the first tree is entered: inside there are none.
 */
import { NodeFileSystem } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import koffi from "koffi"
import { openSync } from "node:fs"
import { cases } from "./cases.js"
import { corrected, unasked } from "./corrections.js"
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

const inChroot: Pick<Backend, "world"> = {
  world: async (tree) => {
    const { base, dispose, files, root } = makeTree(tree)
    const runtime = ManagedRuntime.make(corrected.pipe(Layer.provide(NodeFileSystem.layer)))
    // The layer is built before the root is entered.
    await runtime.runPromise(Effect.void)
    return {
      base,
      run: async (program) => {
        enter(root)
        try {
          return await runtime.runPromise(program)
        } finally {
          leave()
        }
      },
      files,
      dispose: async () => {
        await runtime.dispose()
        dispose()
      }
    }
  }
}

const reports = await runCases(inChroot, cases.filter((testCase) => unasked(testCase) === undefined))
process.stdout.write(
  JSON.stringify(cases.map((testCase) => [testCase.id, unasked(testCase) ?? reports.get(testCase.id)]))
)
