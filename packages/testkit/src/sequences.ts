/**
 * Runs random sequences of operations on a random tree, with a file system and with Node's own in a real `chroot(2)`.
 * They run as the user who runs the tests, and if that is root, also as an ordinary user. Every answer and the whole
 * tree at the end are compared.
 *
 * `SEEDS=500` runs more sequences, `SEED=17` only one.
 *
 * @example
 * sequences({
 *   name: "mine",
 *   honoursProtection: true,
 *   differences: [],
 *   subject: async (user) => onDisk(() => ({ command: [process.execPath, program], user }))
 * })
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Difference } from "./contract/model.js"
import { without } from "./judges.js"
import { planOf } from "./sequences/generate.js"
import { judge } from "./sequences/judge.js"
import type { Operation, Subject, User } from "./sequences/model.js"
import { oracle } from "./sequences/oracle.js"
import { protection } from "./sequences/protection.js"
import { count } from "./report/figures.js"

export type { Operation, Subject, User } from "./sequences/model.js"
export { inMemory, onDisk } from "./sequences/subject.js"

const own: User = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

/** The users who perform the sequences. Only root can become another user. */
const users: ReadonlyArray<User> = own.uid === 0 ? [own, { uid: 65_534, gid: 65_534 }] : [own]

/** How many failures are printed: a few, unless `SEEDS` is set. */
const SHOWN = process.env["SEEDS"] === undefined ? 5 : 50

/** The number of sequences for a file system, and for one that is only an adapter, without rules of its own. */
const [MANY, FEW] = [60, 20]

const seedsOf = (adapter: boolean): ReadonlyArray<number> =>
  process.env["SEED"] === undefined
    ? Array.from({ length: Number(process.env["SEEDS"] ?? (adapter ? FEW : MANY)) }, (_, i) => i + 1)
    : [Number(process.env["SEED"])]

/** A file system to test. */
export interface Judged {
  readonly name: string
  readonly subject: (user: User) => Promise<Subject>
  /** Whether it only adapts a file system that has tests of its own. Then fewer sequences are enough. */
  readonly adapter?: boolean
  /** Whether it follows settings such as `fs.protected_symlinks`. */
  readonly honoursProtection: boolean
  /** The operations of these differences are left out. */
  readonly differences: ReadonlyArray<Difference>
}

/** Defines the tests of a file system with sequences. */
export const sequences = ({ adapter = false, differences, honoursProtection, name, subject: make }: Judged): void => {
  const seeds = seedsOf(adapter)
  const isOther = (operation: Operation): boolean =>
    differences.some(({ operations }) => operations?.(operation) === true)

  describe(`random sequences: ${name}`, () => {
    for (const user of users) {
      describe.skipIf(without("chroot"))(`as uid ${user.uid}`, () => {
        let node: Subject
        let subject: Subject
        beforeAll(async () => {
          node = await oracle(user === own ? undefined : user)
          subject = await make(user)
        })
        afterAll(() => Promise.all([node.dispose(), subject.dispose()]))

        it(`${seeds.length} sequences`, async () => {
          using settings = await protection(honoursProtection)
          const wrong: Array<string> = []
          for (const seed of seeds) {
            const { operations, tree } = settings.judged(planOf(seed, user))
            const asked = { tree, operations: operations.filter((operation) => !isOther(operation)) }
            const text = await judge(node, subject, asked).catch((error: unknown) => {
              throw new Error(`SEED=${seed}, uid ${user.uid}`, { cause: error })
            })
            count("operations in random sequences, compared with a chroot(2)", asked.operations.length)
            if (text !== undefined) wrong.push(`SEED=${seed}, uid ${user.uid}\n${text}`)
          }
          const shown = wrong.slice(0, SHOWN).join("\n\n")
          expect(wrong, `${wrong.length} of ${seeds.length} differ\n\n${shown}\n`).toHaveLength(0)
        }, 600_000)
      })
    }
  })
}
