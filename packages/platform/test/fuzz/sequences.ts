/** Fuzz target: converts bytes to a sequence of operations, and compares memory with Node in a `chroot(2)`. */
import { planOfBytes } from "@procfsroot/testkit/fuzz/plan"
import { check, type Fuzz } from "@procfsroot/testkit/fuzz/target"
import { without } from "@procfsroot/testkit/judges"
import { filesOf, treeOf } from "@procfsroot/testkit/memoryTree"
import { judge } from "@procfsroot/testkit/sequences/judge"
import type { Subject } from "@procfsroot/testkit/sequences/model"
import { oracle } from "@procfsroot/testkit/sequences/oracle"
import { performHere } from "@procfsroot/testkit/sequences/serve"
import { withoutSticky } from "@procfsroot/testkit/sequences/protection"
import { edition } from "../edition.js"

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** Runs in this process, because the fuzzer observes which code is reached here. */
const subject: Subject = {
  perform: (plan) =>
    performHere(async ({ plan: { tree } }) => {
      const opened = await edition.memory(treeOf(tree, user), { user })
      return { ...opened, files: () => filesOf(opened) }
    }, plan),
  dispose: async () => {}
}

const hasOracle = !without("chroot")

let starting: Promise<Subject> | undefined

export const fuzz: Fuzz = async (bytes) => {
  process.umask(0o022)
  // The tree in memory does not apply `fs.protected_symlinks`, which matters only in sticky directories.
  const plan = withoutSticky(planOfBytes(bytes, user))
  const node = hasOracle ? await (starting ??= oracle()) : subject
  const text = await judge(node, subject, plan)
  check(text === undefined, text)
}

export const end = async (): Promise<void> => {
  await (await starting)?.dispose()
  starting = undefined
}
