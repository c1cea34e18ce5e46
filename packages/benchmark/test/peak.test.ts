import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { peakOf } from "../src/peak.js"

const module = JSON.stringify(fileURLToPath(new URL("../dist/peak.js", import.meta.url)))

describe("the memory peak of a process", () => {
  it("grows with the memory that it uses", () => {
    const before = peakOf("self")
    const held = Buffer.alloc(300 << 20, 1)
    expect(peakOf(process.pid)).toBeGreaterThan(before + 250)
    expect(held.length).toBe(300 << 20)
  })

  it("does not include the peak of the process that started it", () => {
    const held = Buffer.alloc(300 << 20, 1)
    const program = `import { peakOf } from ${module}; console.log(peakOf("self"))`
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })
    expect(Number(stdout)).toBeGreaterThan(20)
    expect(Number(stdout)).toBeLessThan(held.length / (1 << 20))
  })
})
