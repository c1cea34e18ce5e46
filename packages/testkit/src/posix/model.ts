/** The types of a case: system calls of several users on a small tree. */
import type { User } from "../chroot.js"
import type { FileSpec } from "../contract/model.js"

export type { User }

/** A system call, with its arguments. */
export type Call =
  | readonly ["chmod", path: string, mode: number]
  | readonly ["chown" | "lchown", path: string, uid: number, gid: number]
  | readonly ["link" | "rename", from: string, to: string]
  | readonly ["mkdir" | "mkfifo" | "mksocket" | "mkchar" | "mkblock", path: string, mode: number]
  | readonly ["open", path: string, flag: "r" | "r+" | "w" | "wx" | "a", mode: number]
  | readonly ["rmdir" | "unlink", path: string]
  | readonly ["symlink", target: string, path: string]
  | readonly ["truncate", path: string, size: number]
  | readonly ["utimes" | "lutimes", path: string, atime: number, mtime: number]
  | readonly ["write", path: string, text: string]

/** What the calls with a name in `mk…` create, except directories. The devices are `/dev/null`. */
export const special = {
  mkfifo: { type: "FIFO" },
  mksocket: { type: "Socket" },
  mkchar: { type: "CharacterDevice", major: 1, minor: 3 },
  mkblock: { type: "BlockDevice", major: 1, minor: 3 }
} as const

export interface Step {
  readonly as: User
  readonly call: Call
}

export interface Case {
  /** Without `/`, which belongs to the superuser and has the mode 0755. */
  readonly tree: ReadonlyArray<FileSpec>
  readonly steps: ReadonlyArray<Step>
}

/** The state of a file. */
export interface State {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly nlink: number
  readonly ino: number
  /** Of a file or a link. The size of a directory depends on the file system. */
  readonly size: number | undefined
  readonly times: Times
}

export interface Times {
  readonly atime: number
  readonly mtime: number
  readonly ctime: number
}

/** Performs each step with the services of its user, which are created once. */
export const byUser = <A>(of: (user: User) => A, perform: (own: A, step: Step) => Promise<void>) => {
  const known = new Map<User, A>()
  return (step: Step): Promise<void> => {
    const own = known.get(step.as) ?? of(step.as)
    known.set(step.as, own)
    return perform(own, step)
  }
}

/** A tree in which users make calls. */
export interface Subject {
  /** Throws an error with a `code`. */
  readonly perform: (step: Step) => void | Promise<void>
  readonly state: (path: string) => State | undefined | Promise<State | undefined>
  /** Until then, nothing else must change the tree. */
  readonly dispose: () => void | Promise<void>
}

const isPath = (text: unknown): text is string => typeof text === "string" && text.startsWith("/")

const aboveOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

/** Longer paths are left out, since they cannot be looked at. Shorter ones lead to the same files. */
const LONGEST = 1_000

/** The paths that a case can change. */
export const pathsOf = ({ steps, tree }: Case): ReadonlyArray<string> => [
  ...new Set(
    ["/", ...tree.map(({ path }) => path), ...steps.flatMap(({ call }) => call.slice(1).filter(isPath))]
      .filter(({ length }) => length < LONGEST)
      .flatMap((path) => [path, aboveOf(path)])
  )
]

const shownText = (text: string): string => text.length > 40 ? `${text.slice(0, 20)}…${text.length}` : text

const octal = new Set(["chmod", "mkdir", "mkfifo", "mksocket", "mkchar", "mkblock", "open"])

const shownUser = ({ gid, groups, uid, umask }: User): string =>
  `${uid}:${gid}${groups.map((group) => `,${group}`).join("")} umask ${umask.toString(8)}`

const shownStep = ({ as, call: [name, ...args] }: Step): string => {
  const texts = args.map((arg) =>
    typeof arg === "string" ? shownText(arg) : octal.has(name) ? `0${arg.toString(8)}` : String(arg)
  )
  return `${name}(${texts.join(", ")}) as ${shownUser(as)}`
}

const shownFile = ({ gid = 0, mode, path, sameAs, target, type, uid = 0 }: FileSpec): string =>
  `${shownText(path)} ${sameAs === undefined ? type : `= ${sameAs}`}${
    target === undefined ? "" : ` -> ${shownText(target)}`
  } ${mode.toString(8)} ${uid}:${gid}`

/** A case in one line. */
export const shown = ({ steps, tree }: Case): string =>
  `${steps.map(shownStep).join("; ")} in [${tree.map(shownFile).join("; ")}]`
