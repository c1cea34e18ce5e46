/**
 * In a sticky directory that anybody may write to, the kernel keeps one from using what belongs to others, if
 * `fs.protected_symlinks` and the like in `proc_sys_fs(5)` say so. Here they say what a subject knows.
 */
import { accessSync, constants } from "node:fs"
import { held, place, type Setting } from "../sysctl.js"
import type { Operation, Plan } from "./model.js"

/** As most distributions set it, or the kernel's own default. */
const settings = (honoured: boolean): Readonly<Partial<Record<Setting, number>>> => ({
  protected_symlinks: honoured ? 1 : 0,
  protected_regular: honoured ? 2 : 0,
  protected_fifos: honoured ? 1 : 0
})

const canChange = (): boolean => {
  try {
    accessSync(place("protected_symlinks"), constants.W_OK)
    return true
  } catch {
    return false
  }
}

const STICKY = 0o1000
const notSticky = (mode: number): number => mode & ~STICKY

const operationWithoutSticky = (operation: Operation): Operation => {
  switch (operation.method) {
    case "chmod":
      return { ...operation, args: [operation.args[0], notSticky(operation.args[1])] }
    case "makeDirectory": {
      const [path, options] = operation.args
      return options?.mode === undefined
        ? operation
        : { ...operation, args: [path, { ...options, mode: notSticky(options.mode) }] }
    }
    default:
      return operation
  }
}

export const withoutSticky = ({ operations, tree }: Plan): Plan => ({
  tree: tree.map((spec) => ({ ...spec, mode: notSticky(spec.mode) })),
  operations: operations.map(operationWithoutSticky)
})

interface Protection extends Disposable {
  /** What of a plan can be judged: all, unless root has files of others and cannot say what holds for them. */
  readonly judged: (plan: Plan) => Plan
}

/** Holds the settings until disposed of, where that is possible; a subject honours them or does not know them. */
export const protection = async (honoured: boolean): Promise<Protection> => {
  const hold = canChange() ? await held(settings(honoured)) : undefined
  const all = hold !== undefined || process.getuid?.() !== 0
  return { judged: (plan) => all ? plan : withoutSticky(plan), [Symbol.dispose]: () => hold?.[Symbol.dispose]() }
}
