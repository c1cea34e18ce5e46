/** Programs go on in the asynchronous context in which they began, although others share their turns. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Program from "@procfsroot/vfs/Program"
import { AsyncLocalStorage } from "node:async_hooks"
import { afterEach, expect, it, vi } from "vitest"
import { noTurns } from "./programs.js"

const storage = new AsyncLocalStorage<string>()

afterEach(() => {
  vi.unstubAllGlobals()
})

it("a program goes on in its own context if another one ends its call", () => {
  let end: (answer: Program.Answer<number>) => void = () => {}
  const seen: Array<string | undefined> = []
  function* program(): Program.Program<void> {
    for (let i = 0; i < 2; i++) {
      yield* Program.call<number>((done) => void (end = done))
      seen.push(storage.getStore())
    }
  }
  const running = storage.run("own", () => Program.start(program(), noTurns))
  storage.run("other", () => {
    running.onExit(() => seen.push(`ended in ${storage.getStore()}`))
    end({ value: 1 })
    end({ value: 2 })
  })
  expect(seen).toEqual(["own", "own", "ended in own"])
})

it("programs that wait for turns go on in their own contexts", async () => {
  const seen: Array<readonly [string, string | undefined]> = []
  function* program(own: string): Program.Program<void> {
    for (let i = 0; i < 2; i++) {
      yield* Program.call<void>((done) => EventLoop.onNextTurn(() => done({ value: undefined })))
      seen.push([own, storage.getStore()])
    }
  }
  const names = ["a", "b", "c"]
  await Promise.all(names.map((name) => storage.run(name, () => Program.runPromise(program(name)))))
  expect(seen).toEqual([...names, ...names].map((name) => [name, name]))
})

it("onNextTurn calls its function in the context of its caller", async () => {
  const seen = await Promise.all(
    ["a", "b"].map((name) =>
      storage.run(name, () => new Promise((resolve) => EventLoop.onNextTurn(() => resolve(storage.getStore()))))
    )
  )
  expect(seen).toEqual(["a", "b"])
})

it("without Node, functions run as they are", () => {
  vi.stubGlobal("process", undefined)
  const run = () => 1
  expect(EventLoop.inOwnContext(run)).toBe(run)
})
