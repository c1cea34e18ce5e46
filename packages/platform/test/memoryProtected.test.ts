/** `protected` in memory forbids what the kernel forbids with the same settings. */
import { without } from "@procfsroot/testkit/judges"
import { held } from "@procfsroot/testkit/sysctl"
import type { MemoryFileSystem } from "@procfsroot/platform"
import { describe, expect, it } from "vitest"
import { compare } from "./memory/judge.js"
import { USER } from "./memory/questions.js"

const settings: ReadonlyArray<Required<MemoryFileSystem.Protected>> = [
  { symlinks: 0, regular: 0, fifos: 0 },
  { symlinks: 0, regular: 1, fifos: 2 },
  { symlinks: 1, regular: 2, fifos: 1 }
]

describe.skipIf(without("chroot", "root", "settings"))("protected", () => {
  for (const options of settings) {
    const { fifos, regular, symlinks } = options
    it(`${JSON.stringify(options)} forbids what the kernel does`, async () => {
      using _ = await held({ protected_symlinks: symlinks, protected_regular: regular, protected_fifos: fifos })
      for (const uid of [0, USER]) {
        const answers = await compare("protectedQuestions", uid, { protected: options })
        expect(answers.some((answer) => "error" in answer && answer.error === "EACCES")).toBe(true)
      }
    })
  }
})
