/** Settings under `/proc/sys/fs` that a test changes for a while. */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"

export type Setting = "protected_symlinks" | "protected_regular" | "protected_fifos"

export const place = (setting: Setting): string => `/proc/sys/fs/${setting}`

const lock = `${tmpdir()}/procfsroot-sysctl.lock`

/** A holder that was killed holds no more. */
const isStale = (): boolean => {
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0)
    return false
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH"
  }
}

const tryLock = (): boolean => {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" })
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  }
}

/** Changes settings until disposed of. They are the whole machine's, so that one test at a time may hold them. */
export const held = async (settings: Partial<Record<Setting, number>>): Promise<Disposable> => {
  while (!tryLock()) {
    if (isStale()) rmSync(lock, { force: true })
    else await sleep(20)
  }
  const names = Object.keys(settings) as ReadonlyArray<Setting> // the type's own keys
  const before = names.map((name) => [name, readFileSync(place(name), "utf8")] as const)
  for (const name of names) writeFileSync(place(name), String(settings[name]))
  return {
    [Symbol.dispose]: () => {
      for (const [name, value] of before) writeFileSync(place(name), value)
      rmSync(lock)
    }
  }
}
