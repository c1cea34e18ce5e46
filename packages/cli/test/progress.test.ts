/** Tests the line that shows the progress of a copy. */
import { expect, it, vi } from "vitest"
import type { CopyEvent } from "../src/copy/events.js"
import { Progress } from "../src/progress.js"

/** What is shown after an event, on a terminal of this type that is this wide. */
const shownAfter = (event: CopyEvent, columns?: number, type = "xterm"): string => {
  vi.stubEnv("TERM", type)
  const shown: Array<string> = []
  const { columns: before, isTTY, write } = process.stderr
  Object.assign(process.stderr, { columns, isTTY: true, write: (text: string) => shown.push(text) > 0 })
  try {
    new Progress().on(event)
  } finally {
    vi.unstubAllEnvs()
    Object.assign(process.stderr, { columns: before, isTTY, write })
  }
  return shown.join("")
}

it("counts files, but not directories", () => {
  expect(shownAfter({ type: "copied", path: "/d/f", bytes: 5 })).toContain("1 file, 5 B")
  expect(shownAfter({ type: "copied", path: "/d", bytes: 0, isDirectory: true })).toContain("0 files, 0 B")
})

it("fits in one line, which is cleared before the next one, if the width is known", () => {
  const event = { type: "copied", path: "/f", bytes: 5 } as const
  expect(shownAfter(event, 12)).toBe("\r\u001b[K1 file, 5 B")
  expect(shownAfter(event, 11)).toBe("\r\u001b[K1 file, 5 ")
  expect(shownAfter(event, 0)).toMatch(/\/s$/)
})

it("is not shown on a terminal that cannot clear a line", () => {
  expect(shownAfter({ type: "copied", path: "/f", bytes: 5 }, 80, "dumb")).toBe("")
})
