/**
 * A judge of random sequences: operations on a random tree, one after the other, by a file system and by Node's own in a
 * real `chroot(2)`, as the user who runs the tests and, if that is root, as an ordinary user. Compared are every answer and
 * the whole tree at the end.
 *
 * `SEEDS=500` asks for more sequences, `SEED=17` for one of them.
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

/** Who performs the sequences; only root can become somebody else. */
const users: ReadonlyArray<User> = own.uid === 0 ? [own, { uid: 65_534, gid: 65_534 }] : [own]

/** As many as a person reads, unless that person has asked for more. */
const SHOWN = process.env["SEEDS"] === undefined ? 5 : 50

const seeds: ReadonlyArray<number> = process.env["SEED"] === undefined
  ? Array.from({ length: Number(process.env["SEEDS"] ?? 60) }, (_, i) => i + 1)
  : [Number(process.env["SEED"])]

/** A file system to be judged. */
export interface Judged {
  readonly name: string
  readonly subject: (user: User) => Promise<Subject>
  /** Whether it knows `fs.protected_symlinks` and the like. */
  readonly honoursProtection: boolean
  /** Of these, the operations are not asked. */
  readonly differences: ReadonlyArray<Difference>
}

/** Defines the tests that judge a file system by sequences. */
export const sequences = ({ differences, honoursProtection, name, subject: make }: Judged): void => {
  const isOther = (operation: Operation): boolean =>
    differences.some(({ operations }) => operations?.(operation) === true)

  describe(`random sequences: ${name}`, () => {
    for (const user of users) {
      describe.skipIf(without("chroot"))(`by uid ${user.uid}`, () => {
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
