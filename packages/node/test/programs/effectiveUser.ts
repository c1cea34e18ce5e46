/**
 * Copies files as a process whose effective user is not its real one, with `node:fs` and in roots, and prints the
 * outcomes: `node effectiveUser.mjs DIRECTORY`, as root. With `refused` as a second argument, a sandbox refuses
 * faccessat2(2), and `cp` makes the copies, which asks whether it may replace a file.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { setUsers } from "@procfsroot/testkit/chroot"
import { refuse } from "@procfsroot/testkit/seccomp"
import * as Fs from "node:fs"
import { constants } from "node:os"

/** The same number on every architecture (`include/uapi/asm-generic/unistd.h`). */
const FACCESSAT2 = 439

const NOBODY = 65_534
/** The group of the directory `team`. */
const TEAM = 4_242
const [, , place = "", sandbox] = process.argv
const isRefused = sandbox === "refused"

type Copy = (from: string, to: string) => unknown

const codeOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
    return "ok"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // the error of a system call
  }
}

const targets = {
  "into d": "/d/new",
  "onto f": "/f",
  "into closed": "/closed/new",
  "onto own": "/own",
  "onto the team's": "/team/f",
  "onto itself, unreadable": "/secret"
}

const copies = async (directory: string, copy: Copy): Promise<Readonly<Record<string, unknown>>> => {
  const outcomes: Record<string, unknown> = {}
  for (const [name, to] of Object.entries(targets)) {
    const source = to === "/secret" ? "/secret" : "/source"
    outcomes[name] = await codeOf(() => copy(source, to))
  }
  for (const name of ["/d/new", "/closed/new"]) {
    try {
      Fs.unlinkSync(directory + name)
    } catch {
      // It was not copied, or this user may not remove it.
    }
  }
  return outcomes
}

const make = (directory: string): void => {
  Fs.mkdirSync(directory)
  Fs.mkdirSync(`${directory}/d`, { mode: 0o755 })
  Fs.mkdirSync(`${directory}/closed`, { mode: 0o700 })
  for (const name of ["source", "f"]) Fs.writeFileSync(`${directory}/${name}`, "", { mode: 0o644 })
  Fs.writeFileSync(`${directory}/secret`, "", { mode: 0o200 })
  Fs.writeFileSync(`${directory}/own`, "", { mode: 0o666 })
  Fs.chmodSync(`${directory}/own`, 0o666)
  Fs.mkdirSync(`${directory}/team`)
}

/** Before each copy: the one before may have changed the mode of the file, replaced it, or removed it. */
const passToTeam = (directory: string): void => {
  Fs.writeFileSync(`${directory}/team/f`, "")
  for (const name of ["team/f", "team"]) {
    Fs.chownSync(`${directory}/${name}`, 0, TEAM)
    Fs.chmodSync(`${directory}/${name}`, 0o770)
  }
}

/** The real and the effective user, and the same of the group. */
const users = [
  ["root", NOBODY, 0, 0, 0],
  ["nobody", 0, NOBODY, 0, 0],
  ["only nobody", NOBODY, NOBODY, 0, 0],
  ["a member", NOBODY, NOBODY, 0, TEAM],
  ["a former member", NOBODY, NOBODY, TEAM, 0]
] as const

const outcomesOf = async (name: string, copyIn: (directory: string) => Promise<Copy>) => {
  const directory = `${place}/${name}`
  make(directory)
  const copy = await copyIn(directory)
  const outcomes: Record<string, unknown> = {}
  for (const [user, real, effective, realGroup, effectiveGroup] of users) {
    passToTeam(directory)
    setUsers(real, effective, realGroup, effectiveGroup)
    outcomes[user] = await copies(directory, copy)
    setUsers(0, 0)
  }
  return outcomes
}

const inRoot = (strategy: "kernel" | "walk") => async (directory: string): Promise<Copy> => {
  const root = await openRoot(directory, { strategy })
  return (from, to) => isRefused ? root.promises.cp(from, to) : root.promises.copyFile(from, to)
}

if (isRefused) refuse([FACCESSAT2], constants.errno.EPERM)
Fs.chmodSync(place, 0o755)
console.log(JSON.stringify({
  judge: await outcomesOf("judge", async (directory) => (from, to) => {
    if (isRefused) Fs.cpSync(directory + from, directory + to)
    else Fs.copyFileSync(directory + from, directory + to)
  }),
  kernel: await outcomesOf("kernel", inRoot("kernel")),
  walk: await outcomesOf("walk", inRoot("walk"))
}))
process.exit()
