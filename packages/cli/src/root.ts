/** The one place where the command makes its root. */
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type { Root } from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { readFileSync } from "node:fs"
import { Unusable } from "./failure.js"

/** Which root: a directory, or that of a process. */
export type Where = { readonly _tag: "Directory"; readonly path: string } | {
  readonly _tag: "Process"
  readonly pid: number
}

/** Every path goes through a batch, which walks: there is nothing to gain from loading what can ask `openat2`. */
const options: NodeRoot.Options = { strategy: "walk" }

export const open = (where: Where): Effect.Effect<Root, Unusable, Scope.Scope> =>
  Effect.mapError(
    NodeRoot.make(where._tag === "Directory" ? where.path : `/proc/${where.pid}/root`, options),
    (error) => new Unusable({ message: where._tag === "Directory" ? error.message : ofProcess(where.pid, error) })
  )

const ofProcess = (pid: number, error: RootUnavailable): string => {
  switch (error.code) {
    case "ENOENT":
      return isZombie(pid)
        ? `The process ${pid} has ended and has no root any more; its parent has not waited for it yet (ENOENT).`
        : `There is no process ${pid} (ENOENT).`
    case "EACCES":
    case "EPERM":
      return `The root of process ${pid} cannot be opened: that takes the right to trace it, which the user it runs as ` +
        `has unless it is protected, and whoever has CAP_SYS_PTRACE, as root (${error.code}).`
    default:
      return error.message
  }
}

/** A zombie still has its `stat`, but no root (`proc(5)`). The name before the state may hold anything, `) Z` too. */
const isZombie = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat.charAt(stat.lastIndexOf(")") + 2) === "Z"
  } catch {
    return false // it is gone altogether
  }
}
