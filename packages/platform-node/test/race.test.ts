/**
 * Somebody renames directories and exchanges them with links while the file system is used. A short run by default;
 * `RACE_OPERATIONS` says how many operations each attack is to last.
 */
import { layer as nodeFileSystem } from "@procfsroot/testkit/nodeFileSystem"
import { describe, expect, it } from "@effect/vitest"
import * as Root from "@procfsroot/platform/Root"
import * as RootFileSystem from "@procfsroot/platform/RootFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { watch } from "node:fs"
import { layerWith } from "../src/internal/nodeRootFileSystem.js"
import { descriptors, settled, strategies } from "./fileSystems.js"
import { attacks } from "./race/attacks.js"
import { line, race } from "./race/run.js"

const operations = Number(process.env["RACE_OPERATIONS"] ?? 2_000)

/** Far more than it takes: only what hangs is stopped by it. */
const milliseconds = 60_000 + 30 * operations

/** Within as many operations a file system that checks and then uses must have lost. */
const PATIENCE = 20_000

// The handle of inotify is made with the first watch, and stays.
watch(".").close()

const checkThenUse = (root: string) =>
  RootFileSystem.layer.pipe(Layer.provide(Root.layer(root)), Layer.provide(nodeFileSystem))

describe.sequential.each(strategies)("races against NodeRootFileSystem: $name", ({ name, openat2 }) => {
  it.each(attacks)("$name", async (kind) => {
    const before = descriptors()
    const report = await race({
      kind,
      layer: (root) => layerWith(root, {}, openat2),
      operations,
      checkEvery: 250,
      milliseconds,
      seed: operations
    })
    console.log(`${kind.name}, ${name}: ${line(report)}`)
    expect(report.escapes).toEqual([])
    expect(report.defects).toEqual([])
    expect(report.attack.ended, "an operation waited until the attack was over").toBe("asked")
    expect(await Effect.runPromise(settled(before))).toBe(before)
    // The attack was seen, and did not make everything fail.
    expect(report.operations).toBe(operations)
    expect(report.seen.original).toBeGreaterThan(0)
    expect(report.seen.other).toBeGreaterThan(0)
    expect(report.succeeded).toBeGreaterThan(operations / 10)
  }, milliseconds + 30_000)
})

describe.sequential.each(strategies)("races against a read-only NodeRootFileSystem: $name", ({ name, openat2 }) => {
  it.each(attacks)("$name", async (kind) => {
    const some = Math.ceil(operations / 4)
    const report = await race({
      kind,
      layer: (root) => layerWith(root, { readOnly: true }, openat2),
      operations: some,
      checkEvery: 250,
      milliseconds,
      seed: operations
    })
    console.log(`${kind.name}, read-only, ${name}: ${line(report)}`)
    expect(report.escapes).toEqual([])
    expect(report.defects).toEqual([])
    expect(report.operations).toBe(some)
    expect(report.seen.other).toBeGreaterThan(0)
    expect(report.failed.get("EROFS")).toBeGreaterThan(some / 10)
  }, milliseconds + 30_000)
})

describe.sequential("the same attacks against RootFileSystem, which checks a path and then uses it", () => {
  for (const { name, notBeaten } of attacks) {
    if (notBeaten !== undefined) console.log(`Not tried against RootFileSystem: ${name}; ${notBeaten}.`)
  }

  it.each(attacks.filter(({ notBeaten }) => notBeaten === undefined))("$name", async (kind) => {
    const report = await race({
      kind,
      layer: checkThenUse,
      operations: PATIENCE,
      checkEvery: 4,
      milliseconds,
      seed: 1
    })
    console.log(`${kind.name}: escaped within ${report.operations} operations, ${report.escapes[0]}`)
    expect(report.escapes.length).toBeGreaterThan(0)
  }, milliseconds + 30_000)
})
