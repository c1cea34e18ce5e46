/** Settings under `/proc/sys/fs` that a test changes for a while. */
import { readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { locked } from "./lock.js"

export type Setting = "protected_symlinks" | "protected_regular" | "protected_fifos" | "protected_hardlinks"

export const place = (setting: Setting): string => `/proc/sys/fs/${setting}`

/** Keeps all other tests from changing settings until disposed of, so that they are the machine's own. */
export const unchanged = (): Promise<Disposable> => locked(`${tmpdir()}/procfsroot-sysctl.lock`)

/** Changes settings until disposed of. They are the whole machine's, so that one test at a time may hold them. */
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
