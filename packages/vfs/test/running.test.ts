import * as Program from "@procfsroot/vfs/Program"
import { expect, it } from "vitest"

const later = (log: Array<string>, name: string) =>
  Program.call<void>((done) => {
    setImmediate(() => {
      log.push(name)
      done({ value: undefined })
    })
  })

it("an interrupted program runs every finally, which may wait", async () => {
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
