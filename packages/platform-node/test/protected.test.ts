/**
 * `fs.protected_symlinks`, `protected_regular` and `protected_fifos` have the same effect in a root as in the kernel,
 * in every way in which a root can be used. The results are compared with those of `openat2`, and of Node's own file
 * system in a chroot, for two users.
 */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { makeSpecial } from "@procfsroot/testkit/special"
import { held } from "@procfsroot/testkit/sysctl"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import * as Protection from "@procfsroot/vfs/Protection"

const USER = 65_534
const OTHER = 1234
const owners = { mine: USER, roots: 0, others: OTHER }

const directories = [
  { name: "sticky", mode: 0o1777, uid: 0 },
  { name: "sticky-of-other", mode: 0o1777, uid: OTHER },
  { name: "group", mode: 0o1775, uid: 0 },
  { name: "open", mode: 0o777, uid: 0 }
]

/** Creates a tree, and returns the paths to compare. */
const make = (tree: string): ReadonlyArray<string> => {
  chmodSync(tree, 0o755)
  mkdirSync(`${tree}/d`)
  chmodSync(`${tree}/d`, 0o777)
  writeFileSync(`${tree}/d/f`, "")
  chmodSync(`${tree}/d/f`, 0o666)
  const paths: Array<string> = []
  for (const { mode, name, uid } of directories) {
    mkdirSync(`${tree}/${name}`)
    for (const [owner, id] of Object.entries(owners)) {
      const link = (kind: string, target: string, ...rests: ReadonlyArray<string>) => {
        const path = `/${name}/${kind}-${owner}`
        symlinkSync(target, tree + path)
        lchownSync(tree + path, id, id)
        paths.push(path, ...rests.map((rest) => path + rest))
      }
      const file = (kind: string, create: (path: string) => void) => {
        const path = `/${name}/${kind}-${owner}`
        create(tree + path)
        chownSync(tree + path, id, id)
        chmodSync(tree + path, 0o666)
        // The file again, through a link that may be followed: the directory of the file is decisive.
        symlinkSync(`..${path}`, `${tree}/to-${kind}-${name}-${owner}`)
        paths.push(path, `/to-${kind}-${name}-${owner}`)
      }
      link("toFile", "../d/f")
      link("toDirectory", "../d", "/", "/f", "/.", "/..")
      link("dangling", "../d/nowhere")
      link("toLink", `toFile-${owner}`)
      link("throughLink", `toDirectory-${owner}/f`)
      file("file", (path) => writeFileSync(path, ""))
      file("fifo", (path) => makeSpecial(path, "FIFO"))
      file("device", (path) => makeSpecial(path, "CharacterDevice"))
    }
    chownSync(`${tree}/${name}`, uid, uid)
    chmodSync(`${tree}/${name}`, mode)
  }
  return paths
}

interface Ours {
  readonly roots: ReadonlyArray<{ readonly name: string; readonly wrong: ReadonlyArray<unknown> }>
  readonly fileSystems: ReadonlyArray<{ readonly name: string; readonly answers: ReadonlyArray<ReadonlyArray<string>> }>
}

const settings = [
  { uid: USER, protected_symlinks: 1, protected_regular: 1, protected_fifos: 1 },
  { uid: 0, protected_symlinks: 1, protected_regular: 1, protected_fifos: 2 },
  { uid: USER, protected_symlinks: 1, protected_regular: 2, protected_fifos: 0 },
  { uid: USER, protected_symlinks: 0, protected_regular: 0, protected_fifos: 2 }
]

describe.skipIf(without("openat2", "root", "settings"))("protected links, files and fifos", () => {
  it.each(settings)(
    "%o",
    async ({ uid, ...setting }) => {
      using directory = temporary()
      const paths = make(directory.path)
      const program = await bundled(new URL("./programs/protected.ts", import.meta.url))
      using _ = await held(setting)
      const run = (who: string): unknown =>
        JSON.parse(execFileSync(process.execPath, [program, directory.path, String(uid), who], {
          encoding: "utf8",
          input: JSON.stringify(paths),
          maxBuffer: 2 ** 28,
          timeout: 60_000
        }))
      const judge = (run("judge") as ReadonlyArray<ReadonlyArray<string>>).flat()
      const { fileSystems, roots } = run("ours") as Ours
      const denied = judge.filter((answer) => answer.endsWith("EACCES"))
      expect(denied.length).toBeGreaterThan(0)
      expect(roots).toEqual(roots.map(({ name }) => ({ name, wrong: [] })))
      for (const { answers, name } of fileSystems) {
        const wrong = answers.flat().flatMap((answer, i) => answer === judge[i] ? [] : [{ answer, judge: judge[i] }])
        expect({ name, wrong }).toEqual({ name, wrong: [] })
      }
    },
    120_000
  )
})

const protectionOf = (settings: Protection.Settings) => Protection.make(settings, () => process.geteuid?.())

describe("users outside the user namespace", () => {
  const mine = process.geteuid?.() ?? 0
  const sticky = { uid: USER, mode: 0o1777 }
  const link = { uid: USER, mode: 0o777 }
  const rules = { symlinks: 1, regular: 1, fifos: 1 }

  it("all seem to be the same user, so two of their files may have different owners", () => {
    expect(protectionOf({ ...rules, unmapped: USER }).deniesLink(link, sticky)).toBe(true)
    expect(protectionOf({ ...rules, unmapped: undefined }).deniesLink(link, sticky)).toBe(false)
  })

  it("can seem to be the user of this process", () => {
    const own = { uid: mine, mode: 0o777 }
    expect(protectionOf({ ...rules, unmapped: mine }).concernsLink(own)).toBe(true)
    expect(protectionOf({ ...rules, unmapped: undefined }).concernsLink(own)).toBe(false)
  })
})
