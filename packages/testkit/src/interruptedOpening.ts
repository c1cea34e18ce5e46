/** Tests that what is opened just before an interruption is closed, even if its scope does not know of it yet. */
import { mkdirSync, watch } from "node:fs"
import { describe, expect, it } from "vitest"
import { atRest, settled } from "./descriptors.js"
import { temporary } from "./temporary.js"

/** Begins to list, walk or watch the directory `/d` of a root on the disk, and interrupts that. */
type Interrupted = (root: string) => Promise<void>

export const closedAfterInterruption = (openings: Readonly<Record<string, Interrupted>>): void => {
  describe("closed after an interruption:", () => {
    it.each(Object.entries(openings))("%s", async (_, interrupt) => {
      using box = temporary()
      mkdirSync(`${box.path}/d`)
      // The first watch of a process opens the queue that all watches share.
      watch(box.path).close()
      const before = await atRest()
      await interrupt(box.path)
      expect(await settled(before)).toBe(before)
    })
  })
}
