/** Tests sources that were made to take forever, or to fill memory or disk. */
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { errnoError } from "../../src/failure.js"
import { makeDeep } from "../deep.js"
import { copying, openBox, strategies, temporariesIn } from "./boxes.js"

const MIB = 1 << 20

describe.each(strategies)("a copy by the %s", (strategy) => {
  it("has the same content, with holes in place of zeros", async () => {
    await using box = await openBox({ strategy })
    const fd = Fs.openSync(`${box.path}/from/sparse`, "w")
    Fs.writeSync(fd, "start", 0)
    Fs.writeSync(fd, "middle", 30 * MIB + 5)
    Fs.writeSync(fd, Buffer.alloc(MIB), 0, MIB, 40 * MIB)
    Fs.ftruncateSync(fd, 64 * MIB)
    Fs.closeSync(fd)
    Fs.writeFileSync(`${box.path}/from/tail`, Buffer.concat([Buffer.alloc(2 * MIB + 4_096), Buffer.from("x")]))
    for (const name of ["/sparse", "/tail"]) {
      expect((await copying(box, name, name)).summary).toMatchObject({ copied: 1, failed: 0 })
      const copy = `${box.path}/to${name}`
      expect(Fs.readFileSync(copy).equals(Fs.readFileSync(`${box.path}/from${name}`))).toBe(true)
      expect(Fs.statSync(copy).blocks * 512).toBeLessThan(64 * 1_024)
    }
  })

  it("of a huge hole is made at once, and other huge holes are refused where they are not known", async () => {
    await using box = await openBox({ strategy })
    await using memory = await openRoot("/dev/shm", { strategy })
    const name = `procfsroot-cp-${process.pid}-${strategy}`
    const file = `/dev/shm/${name}`
    try {
      Fs.writeFileSync(file, "")
      Fs.truncateSync(file, 2 ** 52)
      const whole = { ...box, from: memory, to: memory }
      expect((await copying(whole, name, `${name}.copy`)).summary).toMatchObject({ copied: 1, failed: 0 })
      expect(Fs.statSync(`${file}.copy`)).toMatchObject({ size: 2 ** 52, blocks: 0 })
      const fd = Fs.openSync(file, "r+")
      for (const position of [0, 2 ** 40 + 1, 2 ** 52 - 4]) Fs.writeSync(fd, "data", position)
      Fs.closeSync(fd)
      const dry = await copying(whole, name, `${name}.other`, { dryRun: true })
      const { told } = await copying(whole, name, `${name}.other`)
      expect(dry.told).toEqual(told)
      if (strategy === "walk") {
        const refusal = /^failed .*: its size is \d+ bytes, of which only \d+ are stored: .* too large to read$/
        expect(told).toEqual([expect.stringMatching(refusal)])
      } else {
        expect(told).toEqual([expect.stringMatching(/^copied /)])
        const { blocks, size } = Fs.statSync(`${file}.other`)
        expect({ blocks, size }).toEqual({ blocks: 24, size: 2 ** 52 })
        const copy = Fs.openSync(`${file}.other`, "r")
        for (const position of [0, 2 ** 40 + 1, 2 ** 52 - 4]) {
          const bytes = Buffer.alloc(8)
          const length = Fs.readSync(copy, bytes, 0, 8, position)
          expect(bytes.toString("latin1", 0, length).replaceAll("\0", "")).toBe("data")
        }
        Fs.closeSync(copy)
      }
    } finally {
      for (const place of [file, `${file}.copy`, `${file}.other`]) Fs.rmSync(place, { force: true })
    }
  })

  it("of a file that grows while it is read ends", async () => {
    await using box = await openBox({ strategy })
    const file = `${box.path}/from/log`
    Fs.writeFileSync(file, Buffer.alloc(3 * MIB, "a"))
    const { told } = await copying(box, "/log", "/log", {}, ({ type }) => {
      if (type === "progress") Fs.appendFileSync(file, Buffer.alloc(2 * MIB, "b"))
    })
    expect(told).toEqual([expect.stringMatching(/^copied \/log/)])
    const { size } = Fs.statSync(`${box.path}/to/log`)
    expect(size).toBeGreaterThan(3 * MIB)
    expect(size).toBeLessThan(Fs.statSync(file).size)
  })

  it("of a file that shrinks contains what was read", async () => {
    await using box = await openBox({ strategy })
    Fs.writeFileSync(`${box.path}/from/f`, Buffer.alloc(3 * MIB, "a"))
    const { summary } = await copying(box, "/f", "/f", {}, ({ type }) => {
      if (type === "progress") Fs.truncateSync(`${box.path}/from/f`, MIB)
    })
    expect(summary).toMatchObject({ copied: 1, bytes: MIB })
    expect(Fs.statSync(`${box.path}/to/f`).size).toBe(MIB)
  })

  it("of files that report no size contains their content, and ends", async () => {
    await using box = await openBox({ strategy })
    await using proc = await openRoot("/proc", { strategy })
    const whole = { ...box, from: proc }
    expect((await copying(whole, "/version", "/version")).summary).toMatchObject({ copied: 1 })
    expect(Fs.readFileSync(`${box.path}/to/version`, "utf8")).toBe(Fs.readFileSync("/proc/version", "utf8"))
    expect((await copying(whole, "/kmsg", "/kmsg")).summary).toMatchObject({ copied: 0, failed: 1 })
    expect((await copying(whole, "/kcore", "/kcore")).summary).toMatchObject({ copied: 0, failed: 1 })
    expect(Fs.readdirSync(`${box.path}/to`)).toEqual(["version"])
  })

  it("of a tree that is 10,000 directories deep (500 by the walk) contains all of them", async () => {
    await using box = await openBox({ strategy })
    const depth = strategy === "kernel" ? 10_000 : 500
    makeDeep(`${box.path}/from`, depth)
    const { summary, told } = await copying(box, "/d", "/d")
    expect(told.filter((line) => line.startsWith("failed")).map((line) => line.slice(-80))).toEqual([])
    expect(summary).toMatchObject({ copied: depth + 1, failed: 0 })
  })

  it("into a directory of its own source ends", async () => {
    await using box = await openBox({ strategy })
    Fs.mkdirSync(`${box.path}/from/d/e`, { recursive: true })
    await using same = await openRoot(`${box.path}/from/d`, { strategy })
    const { told } = await copying({ ...box, to: same }, "/d", "/e/copy")
    expect(told).toContain("failed /d/e/copy: it is a directory that is being filled by this copy")
    expect(temporariesIn(`${box.path}/from`)).toEqual([])
  })
})

it("keeps no directory of a deep source open if that of the copy cannot be opened", async () => {
  await using box = await openBox()
  makeDeep(`${box.path}/from`, 200)
  const failing = async (): Promise<OpenRoot> => {
    throw errnoError("ESTALE")
  }
  const subRoot: OpenRoot["subRoot"] = async (...args) => ({ ...await box.to.subRoot(...args), subRoot: failing })
  const before = await atRest()
  const { told } = await copying({ ...box, to: { ...box.to, subRoot } }, "/.", "/.")
  expect(told.filter((line) => line.startsWith("failed"))).toEqual([
    expect.stringMatching(/^failed \S+: its copy cannot be made: stale file handle \(ESTALE\)$/)
  ])
  expect(await settled(before)).toBe(before)
})
