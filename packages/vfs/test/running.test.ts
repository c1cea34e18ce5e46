import * as Program from "@procfsroot/vfs/Program"
import { getEventListeners } from "node:events"
import { expect, it } from "vitest"

const later = (log: Array<string>, name: string) =>
  Program.call<void>((done) => {
    setImmediate(() => {
      log.push(name)
      done({ value: undefined })
    })
  })

it("an interrupted program runs every finally block, even one that waits", async () => {
  const log: Array<string> = []
  function* inner(): Program.Program<void> {
    let ok = false
    try {
      yield* later(log, "work")
      ok = true
    } finally {
      if (!ok) {
        try {
          yield* later(log, "close")
        } catch { /**/ }
      }
    }
  }
  function* outer(): Program.Program<void> {
    let ok = false
    try {
      yield* inner()
      ok = true
    } finally {
      if (!ok) log.push("unlink")
    }
  }
  const running = Program.start(outer(), { isDue: () => false, wait: () => () => {} })
  const exit = await new Promise((resolve) => {
    running.onExit(resolve)
    running.interrupt()
  })
  expect(exit).toBe("Interrupted")
  expect(log).toEqual(["work", "close", "unlink"])
})

it.each([
  ["at once", false],
  ["later", true]
])("runPromise leaves no listener on the signal of a program that ends %s", async (_, isLater) => {
  function* program(): Program.Program<void> {
    if (isLater) yield* later([], "work")
  }
  const { signal } = new AbortController()
  await Program.runPromise(program(), signal)
  expect(getEventListeners(signal, "abort")).toEqual([])
})
