/** What the races of copies have in common. `RACE_OPERATIONS` says how many exchanges there are to be in each, at least. */
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

/** Far more than it takes: only what hangs is stopped by it. */
const MILLISECONDS = 60_000 + 10 * EXCHANGES

/** In which a race has ended, one way or the other. */
export const LONGEST = MILLISECONDS + 60_000

/** Nothing of it may come into the root. */
const SECRET = "a secret of the host"

/** A short run has some of them, the last of which is all at once: each operation on its own is attacked elsewhere. */
const some = attacks.filter((_, i) => isLong || i % 3 === 0 || i === attacks.length - 1)

export const kinds = some.map((kind) => [kind.name, kind] as const)

/** So many files in each directory that it is opened while they are copied. */
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
 * Copies again and again, by the paths that are attacked, while the attack goes on. `copy` returns how many files it
 * copied. Nothing outside has changed then.
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
  // Each copy may meet a path that is being exchanged, and fail: go on until one of them got something.
  for (let i = 0; i < copies || (copied === 0 && i < 100 * copies); i++) {
    const turn = i % (paths.length + 1)
    // A copy by a command is waited for without a turn of the event loop, which Vitest needs now and then.
    await setImmediate()
    copied += await copy(paths[turn] ?? paths[0] ?? "/a", i, turn === paths.length)
  }
  const { ended, made } = await attacker.stop()
  world.untouched("at the end")
  if (isLong) {
    console.log(`${name}: ${made} exchanges, ${copied} files in ${copies} copies, ${world.escapes.length} escapes`)
  }
  expect(world.escapes).toEqual([])
  expect(ended, "a copy waited until the attack was over").toBe("asked")
  expect(copied).toBeGreaterThan(0)
  expect(made).toBeGreaterThan(EXCHANGES)
}
