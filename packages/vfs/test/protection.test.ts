/**
 * Compares the rules for sticky directories with those in the kernel's source. `memoryProtected.test.ts` compares them
 * with the kernel itself.
 */
import * as Protection from "@procfsroot/vfs/Protection"
import { expect, it } from "vitest"

const ME = 1_000
const OTHER = 1_001
const UNMAPPED = 65_534

const uids = [ME, OTHER, UNMAPPED]

const S_IFREG = 0o100000
const types = [S_IFREG, 0o010000, 0o140000, 0o040000]
const [, S_IFIFO, , S_IFDIR] = types

const directories = [0o1777, 0o777, 0o1775, 0o1757, 0o1755, 0o775].flatMap((mode) =>
  uids.map((uid) => ({ uid, mode: 0o040000 | mode }))
)

const settings = [0, 1, 2].flatMap((regular) =>
  [0, 1, 2].flatMap((fifos) =>
    [0, 1].flatMap((symlinks) => [undefined, UNMAPPED].map((unmapped) => ({ symlinks, regular, fifos, unmapped })))
  )
)

/** If the namespace does not know a user, it is not possible to say who it is. */
const isSame = (a: number, b: number, unmapped: number | undefined) => a === b && a !== unmapped

it("a link is followed unless `may_follow_link` refuses it", () => {
  for (const setting of settings) {
    const protection = Protection.make(setting, () => ME)
    for (const directory of directories) {
      for (const uid of uids) {
        const link = { uid, mode: 0o120777 }
        const isDenied = setting.symlinks !== 0 && !isSame(uid, ME, setting.unmapped) &&
          (directory.mode & 0o1002) === 0o1002 && !isSame(uid, directory.uid, setting.unmapped)
        const answer = protection.concernsLink(link) && protection.deniesLink(link, directory)
        expect({ setting, directory, link, answer }).toEqual({ setting, directory, link, answer: isDenied })
      }
    }
  }
})

it("a file is opened with O_CREAT unless `may_create_in_sticky` refuses it", () => {
  for (const setting of settings) {
    const { fifos, regular, unmapped } = setting
    const protection = Protection.make(setting, () => ME)
    for (const directory of directories) {
      for (const [uid, type] of uids.flatMap((uid) => types.map((type) => [uid, type] as const))) {
        const file = { uid, mode: type | 0o666 }
        const isOff = (type === S_IFREG && regular === 0) || (type === S_IFIFO && fifos === 0)
        const isGroups = (type === S_IFREG && regular === 2) || (type === S_IFIFO && fifos === 2)
        const isDenied = type !== S_IFDIR && !isOff && (directory.mode & 0o1000) !== 0 &&
          !isSame(uid, directory.uid, unmapped) && !isSame(uid, ME, unmapped) &&
          ((directory.mode & 0o002) !== 0 || ((directory.mode & 0o020) !== 0 && isGroups))
        const answer = protection.concernsFile(file) && protection.deniesFile(file, directory)
        expect({ setting, directory, file, answer }).toEqual({ setting, directory, file, answer: isDenied })
      }
    }
  }
})

it("a link belongs to another user if the own user is not known", () => {
  const protection = Protection.make(
    { symlinks: 1, regular: 1, fifos: 1, unmapped: undefined },
    () => undefined
  )
  expect(protection.concernsLink({ uid: ME, mode: 0o120777 })).toBe(true)
})
