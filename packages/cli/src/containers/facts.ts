/** What is known about a container, and the checks of what its runtime has recorded. */
import type { Runtime } from "./cgroup.js"

export interface Facts {
  readonly runtime?: Runtime
  readonly name?: string
  readonly pod?: string
  readonly namespace?: string
  /** Where the root is on the host. */
  readonly imageRoot?: string
  /**
   * The process that the runtime started, or 0 if it is not running. The start time shows whether it is still the same
   * process.
   */
  readonly init?: { readonly pid: number; readonly startTime?: number }
}

/** The same properties, each of which can be `undefined`. */
type Loose<A> = { readonly [K in keyof A]?: A[K] | undefined }

export const facts = (loose: Loose<Facts>): Facts =>
  // After its undefined properties are removed, the object has only those of `Facts`.
  Object.fromEntries(Object.entries(loose).filter(([, value]) => value !== undefined)) as Facts

export const validPath = (text: unknown): string | undefined =>
  typeof text === "string" && text.startsWith("/") && text.length < 4096 && !text.includes("\0") ? text : undefined

export const validInit = (pid: unknown, startTime?: unknown): Facts["init"] => {
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 0) return undefined
  return typeof startTime === "number" ? { pid, startTime } : { pid }
}

/** Returns `undefined` for a file that is still empty. */
export const initIn = (text: string | undefined): Facts["init"] =>
  /^[1-9]\d*\s*$/.test(text ?? "") ? validInit(Number(text)) : undefined

/** Returns the first non-empty result of `read`. */
export const first = async <A>(
  paths: ReadonlyArray<A>,
  read: (path: A) => Promise<Facts | undefined>
): Promise<Facts> => {
  for (const path of paths) {
    const found = await read(path)
    if (found !== undefined && Object.keys(found).length > 0) return found
  }
  return {}
}
