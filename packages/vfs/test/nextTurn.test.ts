import { afterEach, expect, it, vi } from "vitest"

const path = "../src/internal/eventLoop.js"

type EventLoop = typeof import("../src/internal/eventLoop.js")

afterEach(() => vi.unstubAllGlobals())

it.each(["none", "a fake one"])("timers fire between turns if there is no setImmediate: %s", async (what) => {
  vi.stubGlobal("setImmediate", what === "none" ? undefined : () => {})
  // A copy of the module that is loaded now. It is the same module.
  const { onNextTurn } = await import(`${path}?${encodeURIComponent(what)}`) as EventLoop
  vi.unstubAllGlobals()
  const fired = vi.fn<() => void>()
  setTimeout(fired, 0)
  for (let turns = 0; turns < 1_000 && fired.mock.calls.length === 0; turns++) await new Promise<void>(onNextTurn)
  expect(fired).toHaveBeenCalled()
})
