/** Runs the inputs that the fuzzer has found, without the fuzzer. */
import { kept, sources } from "@procfsroot/testkit/fuzz/corpus"
import { type Target, target } from "@procfsroot/testkit/fuzz/target"
import { describe, expect, it } from "vitest"

describe("the corpus", () => {
  it.each(sources())("passes the target $name", async ({ file, name }) => {
    const inputs = kept(name)
    expect(inputs.length).toBeGreaterThan(0)
    const { end, fuzz } = await import(file) as Target // every target is one
    for (const bytes of inputs) await fuzz(bytes)
    await end?.()
  })
})

/** In microseconds of CPU time. */
const spent = (): number => {
  const { system, user } = process.cpuUsage()
  return system + user
}

it("a target fails if each attempt takes too long for the length of the input", () => {
  const busy = target(([milliseconds = 0]) => {
    const end = spent() + milliseconds * 10_000
    // Most of the time of this call is the system's.
    while (spent() < end);
  })
  expect(() => busy(Buffer.from([45]))).toThrow("1 bytes took")
  expect(() => busy(Buffer.from([1]))).not.toThrow()
})
