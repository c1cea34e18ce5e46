/**
 * Sets `fs.protected_symlinks` and similar settings to what a subject supports. With these, the kernel does not let
 * users use files of others in a sticky directory that all users can write to (`proc_sys_fs(5)`).
 */
import { accessSync, constants } from "node:fs"
import { held, place, type Setting } from "../sysctl.js"
import type { Operation, Plan } from "./model.js"

/** The values of most distributions, or the kernel's own defaults. */
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
  /**
   * The part of a plan that can be judged: all of it, unless root creates files of others and cannot change settings.
   */
  readonly judged: (plan: Plan) => Plan
}

/**
 * Changes the settings until it is disposed of, if that is possible. `honoured` is whether the subject follows them.
 */
export const protection = async (honoured: boolean): Promise<Protection> => {
  const hold = canChange() ? await held(settings(honoured)) : undefined
  const all = hold !== undefined || process.getuid?.() !== 0
  return { judged: (plan) => all ? plan : withoutSticky(plan), [Symbol.dispose]: () => hold?.[Symbol.dispose]() }
}
