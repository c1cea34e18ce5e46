/** Tests the line that shows the progress of a copy. */
import { expect, it } from "vitest"
import type { CopyEvent } from "../src/copy/events.js"
import { Progress } from "../src/progress.js"

/** What is shown after an event, on a terminal. */
const shownAfter = (event: CopyEvent): string => {
  const shown: Array<string> = []
  const { isTTY, write } = process.stderr
  Object.assign(process.stderr, { isTTY: true, write: (text: string) => shown.push(text) > 0 })
  try {
    new Progress().on(event)
  } finally {
    Object.assign(process.stderr, { isTTY, write })
  }
  return shown.join("")
}

it("counts files, but not directories", () => {
  expect(shownAfter({ type: "copied", path: "/d/f", bytes: 5 })).toContain("1 file, 5 B")
  expect(shownAfter({ type: "copied", path: "/d", bytes: 0, isDirectory: true })).toContain("0 files, 0 B")
})
