import { describe, expect, it } from "vitest"
import type { Contestant } from "../src/contestants.js"
import { agree, race } from "../src/race.js"

/** A contestant that gives `answers` for `/b` in turn and then repeats the last one, and `/` for all other paths. */
const contestant = (name: string, ...answers: ReadonlyArray<string>): Contestant => {
  let asked = 0
  const next = () => answers[Math.min(asked++, answers.length - 1)] ?? "/"
  return {
    name,
    run: (paths) => {
      const given = paths.map((path) => path === "/b" ? next() : "/")
      return Promise.resolve(() => given)
    }
  }
}

const paths = ["/a", "/b", "/c"]

describe("contestants", () => {
  it("agree if their answers are the same", async () => {
    await expect(agree([contestant("one", "x"), contestant("two", "x")], paths)).resolves.toBeUndefined()
  })

  it("disagree if their answers stay different", async () => {
    await expect(agree([contestant("one", "x"), contestant("two", "y")], paths))
      .rejects.toThrow("two answers y for /b, one answers x")
  })

  it("agree if an answer was only different at first", async () => {
    await expect(agree([contestant("one", "ELOOP", "x"), contestant("two", "x")], paths)).resolves.toBeUndefined()
    await expect(agree([contestant("one", "x"), contestant("two", "ELOOP", "ELOOP", "x")], paths)).resolves
      .toBeUndefined()
  })

  it("are compared on their slice of the paths", async () => {
    await expect(agree([contestant("one", "x"), { ...contestant("two", "y"), slice: 1 }], paths)).resolves
      .toBeUndefined()
  })
})

describe("a race", () => {
  it("prepares each round before timing it, and uses the cost that a contestant reports", async () => {
    const events: Array<string> = []
    const { run } = contestant("one", "x")
    const reporting: Contestant = {
      name: "one",
      prepare: () => void events.push("prepare"),
      run: (paths) => {
        events.push("run")
        return run(paths)
      },
      cost: () => ({ cpu: events.length, clock: 0 })
    }
    const [timing] = await race([reporting], paths, { rounds: 2, seed: 1 })
    expect(events).toEqual(["prepare", "run", "prepare", "run", "prepare", "run"])
    // The first round is the warm-up.
    expect(timing).toEqual({ name: "one", cpu: [4, 6], clock: [0, 0] })
  })
})
