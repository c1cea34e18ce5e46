import { mkdirSync, readdirSync, readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { attack } from "../src/attacker.js"
import { without } from "../src/judges.js"
import { temporary } from "../src/temporary.js"

/** Whether a process was started with this text in its command line. */
const runs = (text: string): boolean =>
  readdirSync("/proc").some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "latin1").includes(text)
    } catch {
      return false // it has ended meanwhile
    }
  })

describe.skipIf(without("openat2"))("an attack that nobody stops", { shuffle: false }, () => {
  const place = temporary()
  const [from, to] = [`${place.path}/from`, `${place.path}/to`]

  afterAll(() => place[Symbol.dispose]())

  it("runs while its test does", async () => {
    mkdirSync(from)
    mkdirSync(to)
    await attack({ steps: [{ how: "exchange", from, to }], milliseconds: 60_000, rounds: 1_000_000_000 })
    expect(runs(from)).toBe(true)
  })

  it("has ended when the next test begins", () => {
    expect(runs(from)).toBe(false)
  })
})
