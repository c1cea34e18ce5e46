/** A question has one answer, in memory as on a disk; the judge is Node's own file system in a real chroot. */
import { without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"
import { compare } from "./memory/judge.js"
import { questions, USER } from "./memory/questions.js"

describe.skipIf(without("chroot", "root"))("what is asked in memory is answered as Node does in a chroot", () => {
  for (const [name, uid] of [["root", 0], ["an ordinary user", USER]] as const) {
    it(`${questions.length} questions of ${name}`, async () => {
      expect(await compare("questions", uid)).toHaveLength(questions.length)
    })
  }
})
