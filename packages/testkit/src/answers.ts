/**
 * Asks a file system in memory thousands of questions with unusual texts, numbers and slashes, as root and
 * as an ordinary user. The answers must be those of Node in a real `chroot(2)`. The tests need root to
 * become another user there.
 */
import { describe, expect, it } from "vitest"
import { compare } from "./answers/compare.js"
import { questions, USER } from "./answers/questions.js"
import type { MemoryOptions, PortableEdition } from "./edition.js"
import { without } from "./judges.js"
import { held } from "./sysctl.js"

/** Defines the tests that ask an edition's file system in memory. */
export const answers = (edition: PortableEdition): void => {
  describe.skipIf(without("chroot", "root"))("a file system in memory answers like Node in a chroot", () => {
    for (const [name, uid] of [["root", 0], ["an ordinary user", USER]] as const) {
      it(`${questions.length} questions of ${name}`, async () => {
        const other = questions.filter((question) => edition.differences.some((one) => one.questions?.(question.name)))
        expect(await compare(edition, "questions", uid)).toHaveLength(questions.length - other.length)
      })
    }
  })
}

const settings: ReadonlyArray<Required<NonNullable<MemoryOptions["protected"]>>> = [
  { symlinks: 0, regular: 0, fifos: 0 },
  { symlinks: 0, regular: 1, fifos: 2 },
  { symlinks: 1, regular: 2, fifos: 1 }
]

/** Defines the tests that `protected` forbids in memory what the kernel forbids with the same settings. */
export const protectedAnswers = (edition: PortableEdition): void => {
  describe.skipIf(without("chroot", "root", "settings"))("protected", () => {
    for (const options of settings) {
      const { fifos, regular, symlinks } = options
      it(`${JSON.stringify(options)} forbids what the kernel forbids`, async () => {
        using _ = await held({ protected_symlinks: symlinks, protected_regular: regular, protected_fifos: fifos })
        for (const uid of [0, USER]) {
          const answers = await compare(edition, "protectedQuestions", uid, { protected: options })
          expect(answers.some((answer) => "error" in answer && answer.error === "EACCES")).toBe(true)
        }
      })
    }
  })
}
