/** Changes kernel settings under `/proc/sys/fs` for a test. */
import { readFileSync, writeFileSync } from "node:fs"
import { locked } from "./lock.js"

export type Setting = "protected_symlinks" | "protected_regular" | "protected_fifos" | "protected_hardlinks"

export const place = (setting: Setting): string => `/proc/sys/fs/${setting}`

/** Not in TMPDIR, since the settings are those of the machine. */
const LOCK = "/tmp/procfsroot-sysctl.lock"

/** Prevents other tests from changing settings until it is disposed of. */
export const unchanged = (): Promise<Disposable> => locked(LOCK)

/**
 * Changes settings until it is disposed of. They apply to the whole machine, so only one test at a time can do this.
 */
export const held = async (settings: Partial<Record<Setting, number>>): Promise<Disposable> => {
  const lock = await unchanged()
  const names = Object.keys(settings) as ReadonlyArray<Setting> // the type's own keys
  const before = names.map((name) => [name, readFileSync(place(name), "utf8")] as const)
  for (const name of names) writeFileSync(place(name), String(settings[name]))
  return {
    [Symbol.dispose]: () => {
      for (const [name, value] of before) writeFileSync(place(name), value)
      lock[Symbol.dispose]()
    }
  }
}
