/** Checks that tests that never wait do not keep the event loop from running. */
import { afterEach, expect, it, vi } from "vitest"

let turns = 0
const begin = (): void => void setImmediate(() => turns++)

afterEach(() => {
  vi.useRealTimers()
})

it("begins without a turn", () => {
  begin()
  expect(turns).toBe(0)
})

it("has had a turn after the test before it", () => {
  expect(turns).toBe(1)
  begin()
  vi.useFakeTimers()
})

it("has had one even if timers were fake", () => {
  expect(turns).toBe(2)
})
