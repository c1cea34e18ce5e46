/** What the race tests of copies share. `RACE_OPERATIONS` sets the least number of exchanges in each test. */
import { attack } from "@procfsroot/testkit/attacker"
import { type AttackKind, attacks } from "@procfsroot/testkit/race/attacks"
import type { World } from "@procfsroot/testkit/race/world"
import * as Fs from "node:fs"
import { setImmediate } from "node:timers/promises"
import { expect } from "vitest"
import { pathsBelow } from "./boxes.js"

const wanted = process.env["RACE_OPERATIONS"]

export const isLong = wanted !== undefined

export const EXCHANGES = Number(wanted ?? 500)

/** Far more than a test takes, so only a test that hangs reaches it. */
export const MILLISECONDS = 60_000 + 10 * EXCHANGES

/** The time in which a race must have ended. */
export const LONGEST = MILLISECONDS + 60_000

/** Text of files outside the root, which must never get into a copy. */
const SECRET = "a secret of the host"

/**
 * A short run uses only some of the attacks. The last one combines all of them; other tests attack each operation
 * separately.
 */
const some = attacks.filter((_, i) => isLong || i % 3 === 0 || i === attacks.length - 1)

export const kinds = some.map((kind) => [kind.name, kind] as const)

/** Creates so many files in each directory that a copy opens the directory for them. */
export const fill = (place: string): void => {
  const directories = pathsBelow(place).filter((path) => Fs.lstatSync(path).isDirectory())
  for (const directory of [place, ...directories]) {
    for (let i = 0; i < 10; i++) Fs.writeFileSync(`${directory}/more-${i}`, "copied")
  }
}

export const populate = (path: string): void => {
  Fs.mkdirSync(`${path}/tree-0/x/y`, { recursive: true })
  for (const name of ["f", "tree-0/f", "tree-0/x/f", "tree-0/x/y/only"]) Fs.writeFileSync(`${path}/${name}`, "copied")
  Fs.symlinkSync("f", `${path}/l`)
  fill(path)
}

export const leaksIn = (place: string): ReadonlyArray<string> =>
  pathsBelow(place).filter((path) => {
    const isFile = Fs.lstatSync(path).isFile()
    return path.includes("only-outside") || (isFile && Fs.readFileSync(path, "latin1").includes(SECRET))
  })

/**
 * Copies repeatedly, by the attacked paths, while the attack runs. `copy` returns how many files it copied. Also checks
 * that nothing outside has changed.
 */
export const whileExchanged = async (
  world: World,
  { name, prepare }: AttackKind,
  copies: number,
  copy: (path: string, i: number, isExtra: boolean) => Promise<number>
): Promise<void> => {
  const { fifos = [], paths, steps } = prepare(world)
  await using attacker = await attack({ steps, fifos, milliseconds: MILLISECONDS, rounds: 1_000_000_000 })
  let copied = 0
  // Any copy can fail, because its path is being exchanged: continue until one has copied something.
  for (let i = 0; i < copies || (copied === 0 && i < 100 * copies); i++) {
    const turn = i % (paths.length + 1)
    // Waiting for a command blocks the event loop, which Vitest needs from time to time.
    await setImmediate()
    copied += await copy(paths[turn] ?? paths[0] ?? "/a", i, turn === paths.length)
  }
  const { ended, made } = await attacker.stop()
  world.untouched("at the end")
  if (isLong) {
    console.log(`${name}: ${made} exchanges, ${copied} files in ${copies} copies, ${world.escapes.length} escapes`)
  }
  expect(world.escapes).toEqual([])
  expect(ended, "a copy had to wait until the attack was over").toBe("asked")
  expect(copied).toBeGreaterThan(0)
  expect(made).toBeGreaterThan(EXCHANGES)
}
