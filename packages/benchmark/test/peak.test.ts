import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const module = JSON.stringify(fileURLToPath(new URL("../dist/peak.js", import.meta.url)))

/** What a program prints, in a process that has not used much memory yet. */
const printed = (program: string): unknown => {
  const all = `import { peakOf } from ${module}; ${program}`
  return JSON.parse(spawnSync(process.execPath, ["--input-type=module", "--eval", all], { encoding: "utf8" }).stdout)
}

describe("the memory peak of a process", () => {
  it("grows with the memory that it uses", () => {
    const program = `
      const before = peakOf("self")
      const held = Buffer.alloc(300 << 20, 1)
      console.log(JSON.stringify([before, peakOf(process.pid), held.length]))`
    const [before, after, size] = printed(program) as ReadonlyArray<number> // of the program above
    expect(after).toBeGreaterThan((before ?? 0) + 250)
    expect(size).toBe(300 << 20)
  })

  it("does not include the peak of the process that started it", () => {
    const held = Buffer.alloc(300 << 20, 1)
    const peak = printed("console.log(peakOf(\"self\"))")
    expect(peak).toBeGreaterThan(20)
    expect(peak).toBeLessThan(held.length / (1 << 20))
  })
})
