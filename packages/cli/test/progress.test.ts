/** Tests the line that shows the progress of a copy. */
import { expect, it, vi } from "vitest"
import type { CopyEvent } from "../src/copy/events.js"
import { Progress } from "../src/progress.js"

interface Terminal {
  readonly columns?: number | undefined
  readonly type?: string
  readonly isTerminal?: boolean
}

/** Each text that is written to a terminal. `at` sets the time, in milliseconds since the process started. */
const shownBy = (
  use: (progress: Progress, at: (time: number) => void) => void,
  { columns, isTerminal = true, type = "xterm" }: Terminal = {}
): ReadonlyArray<string> => {
  vi.stubEnv("TERM", type)
  let now = 1_000
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now)
  const shown: Array<string> = []
  const { columns: before, isTTY, write } = process.stderr
  Object.assign(process.stderr, { columns, isTTY: isTerminal, write: (text: string) => shown.push(text) > 0 })
  try {
    const progress = new Progress()
    use(progress, (time) => now = time)
  } finally {
    vi.unstubAllEnvs()
    clock.mockRestore()
    Object.assign(process.stderr, { columns: before, isTTY, write })
  }
  return shown
}

/** What is shown one second after the beginning, on a terminal of this type that is this wide. */
const shownAfter = (event: CopyEvent, columns?: number, type?: string): string =>
  shownBy((progress, at) => {
    at(2_000)
    progress.on(event)
  }, { columns, ...type === undefined ? {} : { type } }).join("")

const copied = (bytes: number): CopyEvent => ({ type: "copied", path: "/f", bytes })

it("counts files, but not directories", () => {
  expect(shownAfter({ type: "copied", path: "/d/f", bytes: 5 })).toContain("1 file, 5 B")
  expect(shownAfter({ type: "copied", path: "/d", bytes: 0, isDirectory: true })).toContain("0 files, 0 B")
})

it("fits in one line, which is cleared before the next one, if the width is known", () => {
  const event = { type: "copied", path: "/f", bytes: 5 } as const
  expect(shownAfter(event, 12)).toBe("\r\u001b[K1 file, 5 B")
  expect(shownAfter(event, 11)).toBe("\r\u001b[K1 file, 5 ")
  expect(shownAfter(event, 2)).toBe("\r\u001b[K1")
  for (const columns of [0, 1]) expect(shownAfter(event, columns)).toMatch(/\/s$/)
})

it("is not shown on a terminal that cannot clear a line", () => {
  expect(shownAfter({ type: "copied", path: "/f", bytes: 5 }, 80, "dumb")).toBe("")
})

it("is not shown in a file or a pipe", () => {
  const shown = shownBy((progress, at) => {
    at(2_000)
    progress.on(copied(1))
  }, { isTerminal: false })
  expect(shown).toEqual([])
})

it.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_024, "1.0 KiB"],
  [1_536 * 1_024, "1.5 MiB"],
  [2 ** 31, "2.0 GiB"],
  [3 * 2 ** 40, "3.0 TiB"],
  [2 ** 50, "1024.0 TiB"]
])("shows %d bytes as %s", (bytes, text) => {
  expect(shownAfter(copied(bytes))).toBe(`\r\u001b[K1 file, ${text}, ${text}/s`)
})

it("shows the bytes per second since the beginning", () => {
  const [line] = shownBy((progress, at) => {
    at(5_000)
    progress.on(copied(10_240))
  })
  expect(line).toContain("10.0 KiB, 2.5 KiB/s")
})

it("counts what is done of a large file until that file is copied", () => {
  const shown = shownBy((progress, at) => {
    const part = (bytes: number): CopyEvent => ({ type: "progress", path: "/large", bytes, size: 4_096 })
    at(2_000)
    progress.on(copied(1_024))
    at(3_000)
    progress.on(part(1_024))
    at(4_000)
    progress.on(part(2_048))
    at(5_000)
    progress.on(copied(4_096))
    at(6_000)
    progress.on({ type: "failed", path: "/f", bytes: 7_000 })
  })
  expect(shown.map((text) => text.slice(4).split(", ").slice(0, 2).join(", "))).toEqual([
    "1 file, 1.0 KiB",
    "1 file, 2.0 KiB",
    "1 file, 3.0 KiB",
    "2 files, 5.0 KiB",
    "2 files, 5.0 KiB"
  ])
})

it("is updated five times a second at most", () => {
  const shown = shownBy((progress, at) => {
    for (const time of [2_000, 2_199, 2_200, 2_300, 2_399, 2_400]) {
      at(time)
      progress.on(copied(1))
    }
  })
  expect(shown.map((text) => text.slice(4, 11))).toEqual(["1 file,", "3 files", "6 files"])
})

it("is removed once, if there is a line", () => {
  const texts = (events: number): ReadonlyArray<string> =>
    shownBy((progress) => {
      for (let i = 0; i < events; i++) progress.on(copied(1))
      progress.clear()
      progress.clear()
    }).slice(events)
  expect(texts(0)).toEqual([])
  expect(texts(1)).toEqual(["\r\u001b[K"])
})
