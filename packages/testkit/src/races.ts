/**
 * Tests file systems while an attacker renames directories and exchanges them with links. The runs are short by
 * default; `RACE_OPERATIONS` is the number of operations under each attack.
 */
import { watch } from "node:fs"
import { describe, expect, it } from "vitest"
import { atRest, settled } from "./descriptors.js"
import type { NodeEdition, PortableEdition, RootEdition } from "./edition.js"
import { without } from "./judges.js"
import { allAtOnce, type AttackKind, attacks, mountAttacks } from "./race/attacks.js"
import { relative } from "./race/relative.js"
import { line, type Race, race, type RaceReport } from "./race/run.js"

const wanted = process.env["RACE_OPERATIONS"]
const few = wanted === undefined
const whole = Number(wanted ?? 700)

/** After so few operations, the victim has usually seen files before and after an exchange. Otherwise it goes on. */
const ENOUGH = 300

/** An `adapter` does nothing with paths and files itself: one edition is attacked in every way, and the others in one. */
interface Options {
  readonly adapter?: boolean
}

/** With `RACE_OPERATIONS`, all of them. */
const attacksOn = ({ adapter = false }: Options): ReadonlyArray<AttackKind> => few && adapter ? [allAtOnce] : attacks

/** The time limit. It is far more than needed, so that it only stops an operation that hangs. */
const milliseconds = 60_000 + 30 * whole

/** Within this many operations, a file system that checks a path and then uses it must have failed. */
const PATIENCE = 20_000

const strategies = [
  { name: "by openat2", strategy: "kernel" },
  { name: "by the walk", strategy: "walk" }
] as const

const againstNode = ({ node }: RootEdition, kinds: ReadonlyArray<AttackKind>): void => {
  describe.sequential.each(strategies)("races against NodeRootFileSystem: $name", ({ name, strategy }) => {
    it.each(kinds)("$name", async (kind) => {
      const before = await atRest()
      const report = await race({
        kind,
        open: (root) => node(root, { strategy }),
        operations: whole,
        checkEvery: 250,
        milliseconds,
        seed: whole
      })
      console.log(`${kind.name}, ${name}: ${line(report)}`)
      expect(report.escapes).toEqual([])
      expect(report.defects).toEqual([])
      expect(report.attack.ended, "an operation waited until the attack was over").toBe("asked")
      expect(await settled(before)).toBe(before)
      // The victim has seen the attack, and not everything has failed.
      expect(report.operations).toBeGreaterThanOrEqual(whole)
      expect(report.seen.original).toBeGreaterThan(0)
      expect(report.seen.other).toBeGreaterThan(0)
      expect(report.succeeded).toBeGreaterThan(whole / 10)
    }, milliseconds + 30_000)
  })
}

const againstReadOnly = ({ node }: RootEdition, kinds: ReadonlyArray<AttackKind>): void => {
  describe.sequential.each(strategies)("races against a read-only NodeRootFileSystem: $name", ({ name, strategy }) => {
    it.each(kinds)("$name", async (kind) => {
      const some = Math.ceil(whole / 4)
      const report = await race({
        kind,
        open: (root) => node(root, { strategy, readOnly: true }),
        operations: some,
        checkEvery: 250,
        milliseconds,
        seed: whole
      })
      console.log(`${kind.name}, read-only, ${name}: ${line(report)}`)
      expect(report.escapes).toEqual([])
      expect(report.defects).toEqual([])
      expect(report.operations).toBeGreaterThanOrEqual(some)
      expect(report.seen.other).toBeGreaterThan(0)
      expect(report.failed.get("EROFS")).toBeGreaterThan(some / 10)
    }, milliseconds + 30_000)
  })
}

/**
 * Checks that there were no defects, `some` operations, enough of which succeeded, and that no descriptor is left open.
 */
const expectSound = async (report: RaceReport, some: number, before: number): Promise<void> => {
  expect(report.defects).toEqual([])
  expect(await settled(before)).toBe(before)
  expect(report.operations).toBeGreaterThanOrEqual(some)
  expect(report.seen.original).toBeGreaterThan(0)
  expect(report.seen.other).toBeGreaterThan(0)
  expect(report.succeeded).toBeGreaterThan(some / 100)
}

/** Defines the tests that attack the file system of an edition with `containment: "beneath"`. */
export const racesBeneath = ({ node }: Pick<NodeEdition, "node">, options: Options = {}): void => {
  describe.sequential.each(strategies)(
    "races against a NodeRootFileSystem with beneath: $name",
    ({ name, strategy }) => {
      it.each(attacksOn(options))("$name", async (kind) => {
        const before = await atRest()
        const some = few ? ENOUGH : whole
        const report = await race({
          kind,
          open: async (root) => relative(await node(root, { strategy, containment: "beneath" })),
          operations: some,
          checkEvery: 250,
          milliseconds,
          seed: whole
        })
        console.log(`${kind.name}, beneath, ${name}: ${line(report)}`)
        expect(report.escapes).toEqual([])
        await expectSound(report, some, before)
      }, milliseconds + 30_000)
    }
  )
}

/**
 * Defines the tests that attack the file system of an edition with `mounts: "forbid"`. The files outside are also
 * mounted in the root, and the attacker moves the mounts to where the file system works.
 */
export const racesAroundMounts = ({ node }: Pick<NodeEdition, "node">): void => {
  const against = (kind: AttackKind, open: Race["open"], most: number, checkEvery: number): Promise<RaceReport> =>
    race({ kind, open, operations: most, checkEvery, milliseconds, seed: whole, mounted: true })

  describe.skipIf(without("mountHere")).sequential.each(strategies)(
    "races against a NodeRootFileSystem that forbids mounts: $name",
    ({ name, strategy }) => {
      it.each([...mountAttacks, ...attacks])("$name", async (kind) => {
        const before = await atRest()
        const some = few ? ENOUGH : whole
        const report = await against(kind, (root) => node(root, { strategy, mounts: "forbid" }), some, 250)
        console.log(`${kind.name}, mounts forbidden, ${name}: ${line(report)}`)
        expect(report.escapes).toEqual([])
        await expectSound(report, some, before)
        expect(report.failed.get("EXDEV")).toBeGreaterThan(0)
      }, milliseconds + 30_000)

      // Shows that these attacks work.
      it.each(mountAttacks)("$name, without that policy", async (kind) => {
        const report = await against(kind, (root) => node(root, { strategy }), PATIENCE, 4)
        console.log(`${kind.name}, mounts entered, ${name}: escaped within ${report.operations} operations`)
        expect(report.escapes.length).toBeGreaterThan(0)
      }, milliseconds + 30_000)
    }
  )
}

/** Shows that the attacks work: a file system that checks a path and then uses it fails. */
const againstCheckThenUse = ({ rootFileSystem }: Pick<PortableEdition, "rootFileSystem">): void => {
  describe.sequential("the same attacks against RootFileSystem, which checks a path and then uses it", () => {
    for (const { name, notBeaten } of attacks) {
      if (notBeaten !== undefined) console.log(`Not tried against RootFileSystem: ${name}; ${notBeaten}.`)
    }

    it.each(attacks.filter(({ notBeaten }) => notBeaten === undefined))("$name", async (kind) => {
      const report = await race({
        kind,
        open: rootFileSystem,
        operations: PATIENCE,
        checkEvery: 4,
        milliseconds,
        seed: 1
      })
      console.log(`${kind.name}: escaped within ${report.operations} operations, ${report.escapes[0]}`)
      expect(report.escapes.length).toBeGreaterThan(0)
    }, milliseconds + 30_000)
  })
}

/**
 * Defines the tests that attack the file systems of an edition, and for comparison its `RootFileSystem`, if it has one.
 */
export const races = (
  { rootFileSystem, ...edition }: RootEdition & Partial<Pick<PortableEdition, "rootFileSystem">>,
  options: Options = {}
): void => {
  // The first watch opens the descriptor of inotify, which stays open.
  watch(".").close()
  const kinds = attacksOn(options)
  againstNode(edition, kinds)
  // Reading is attacked in every way above, and everything else is refused before it looks anything up.
  againstReadOnly(edition, few ? [allAtOnce] : kinds)
  if (rootFileSystem !== undefined) againstCheckThenUse({ rootFileSystem })
}
