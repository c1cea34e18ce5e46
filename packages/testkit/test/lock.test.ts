import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { locked } from "../src/lock.js"
import { temporary } from "../src/temporary.js"

describe("a lock", () => {
  it("is held by one at a time, and leaves no file", async () => {
    using place = temporary()
    const file = `${place.path}/lock`
    const order: Array<string> = []
    const first = await locked(file)
    const second = locked(file).then((lock) => {
      order.push("taken again")
      lock[Symbol.dispose]()
    })
    expect(readFileSync(file, "utf8")).toBe(String(process.pid))
    order.push("released")
    first[Symbol.dispose]()
    await second
    expect(order).toEqual(["released", "taken again"])
    expect(readdirSync(place.path)).toEqual([])
  })

  it("of a process that has ended is taken", async () => {
    using place = temporary()
    const file = `${place.path}/lock`
    const child = spawn("true")
    await once(child, "close")
    writeFileSync(file, String(child.pid))
    using _ = await locked(file)
    expect(readFileSync(file, "utf8")).toBe(String(process.pid))
  })

  it.each(["", "0", "x"])("is not a file with the content %j", async (content) => {
    using place = temporary()
    const file = `${place.path}/lock`
    writeFileSync(file, content)
    using _ = await locked(file)
    expect(existsSync(file)).toBe(true)
    expect(readFileSync(file, "utf8")).toBe(String(process.pid))
  })
})
