/** The tables of cases: a tree, and the system calls of users in it. */
import type { FileSpec } from "../contract/model.js"
import type { Call, Case, User } from "./model.js"

/** Many cases, created lazily. */
export type Table = () => Iterable<Case>

type Kind = FileSpec["type"]

const A = 65_533
const B = 65_534
/** A group that some of the users are in. */
const G = 65_532

const user = (uid: number, gid: number, groups: ReadonlyArray<number> = []): User => ({
  uid,
  gid,
  groups,
  umask: 0o022
})

const root = user(0, 0)
const a = user(A, A)
/** The superuser; an owner, with and without another group; another user, in the owner's group or not. */
const users = [root, a, user(A, A, [G]), user(B, B), user(B, A), user(B, B, [A, G])]
const few = [root, a, user(B, B)]

const withoutUmask = (one: User): User => ({ ...one, umask: 0 })

const kinds: ReadonlyArray<Kind> = ["File", "Directory", "SymbolicLink", "FIFO"]

const whose = (uid: number, gid = uid) => ({ uid, gid })

const node = (path: string, type: Kind, mode: number, owner = whose(A)): FileSpec => ({
  path,
  type,
  mode,
  ...owner,
  ...(type === "SymbolicLink" ? { target: "/target" } : {}),
  ...(type === "File" ? { content: "text" } : {})
})

const directory = (path: string, mode = 0o755, owner = whose(A)): FileSpec => node(path, "Directory", mode, owner)

const target = node("/target", "File", 0o644)

/** All combinations of one item from each list. */
function* product<T extends ReadonlyArray<ReadonlyArray<unknown>>>(
  ...lists: T
): Generator<{ -readonly [K in keyof T]: T[K][number] }> {
  const [first, ...rest] = lists
  if (first === undefined) {
    yield [] as never // there are no lists
    return
  }
  for (const one of first) for (const others of product(...rest)) yield [one, ...others] as never // one of each list
}

const one = (tree: ReadonlyArray<FileSpec>, as: User, ...calls: ReadonlyArray<Call>): Case => ({
  tree,
  steps: calls.map((call) => ({ as, call }))
})

const modes = [0o644, 0o755, 0o4755, 0o2755, 0o6755, 0o2745, 0o6777, 0o1777]

function* chmod(): Iterable<Case> {
  const asked = [0, 0o111, 0o777, 0o1777, 0o2755, 0o2745, 0o4755, 0o7777]
  for (const [kind, gid, as, mode] of product(kinds, [A, G, B], users, asked)) {
    yield one([target, node("/x", kind, 0o640, whose(A, gid))], as, ["chmod", "/x", mode])
  }
}

function* chown(): Iterable<Case> {
  const ids = [[A, A], [-1, -1], [-1, A], [-1, G], [A, G], [B, B], [-1, B], [A, -1], [0, 0]] as const
  const names = ["chown", "lchown"] as const
  for (const [kind, mode, as, [uid, gid], name] of product(kinds, modes, users, ids, names)) {
    if (kind !== "File" && mode !== 0o6777 && mode !== 0o2745) continue
    yield one([target, node("/x", kind, mode)], as, [name, "/x", uid, gid])
  }
}

/** What happens to set-id bits when a user writes. */
function* content(): Iterable<Case> {
  const calls: ReadonlyArray<Call> = [
    ["write", "/x", "more"],
    ["write", "/x", ""],
    ["truncate", "/x", 0],
    ["truncate", "/x", 4],
    ["truncate", "/x", 9],
    ["open", "/x", "w", 0o644],
    ["open", "/x", "r+", 0o644],
    ["open", "/x", "a", 0o644]
  ]
  for (const [mode, gid, as, call] of product([...modes, 0o444, 0o400, 0o200], [A, G], users, calls)) {
    yield one([node("/x", "File", mode | (mode > 0o777 ? 0o066 : 0), whose(A, gid))], as, call)
  }
}

const creating = (path: string, mode: number): ReadonlyArray<Call> => [
  ["mkdir", path, mode],
  ["mkfifo", path, mode],
  ["mkblock", path, mode],
  ["open", path, "w", mode],
  ["open", path, "wx", mode],
  ["symlink", "/target", path],
  ["link", "/target", path]
]

/** The owner and the mode of new files. */
function* create(): Iterable<Case> {
  const above = [0o777, 0o2777, 0o1777, 0o3777, 0o755, 0o2755, 0o300, 0o666, 0o555]
  for (const [mode, gid, as, asked, umask] of product(above, [A, G], users, [0o777, 0o6755, 0o2745], [0, 0o027])) {
    if (asked !== 0o777 && umask !== 0 && mode < 0o1000) continue
    for (const call of creating("/d/x", asked)) {
      yield one([target, directory("/d", mode, whose(A, gid))], { ...as, umask }, call)
    }
  }
}

/** All calls, on one path. */
const calls = (path: string): ReadonlyArray<Call> => [
  ["chmod", path, 0o600],
  ["chown", path, B, B],
  ["lchown", path, B, B],
  ["link", path, "/new"],
  ["link", "/target", path],
  ["mkdir", path, 0o755],
  ["mkfifo", path, 0o644],
  ["mksocket", path, 0o644],
  ["mkchar", path, 0o644],
  ["open", path, "r", 0o644],
  ["open", path, "w", 0o644],
  ["open", path, "wx", 0o644],
  ["rename", path, "/new"],
  ["rename", "/target", path],
  ["rename", "/directory", path],
  ["rmdir", path],
  ["symlink", "/target", path],
  ["truncate", path, 1],
  ["unlink", path],
  ["utimes", path, 1, 2],
  ["lutimes", path, 3, 4]
]

/** Every kind of file that can be at the end of a path, or on the way. */
const world: ReadonlyArray<FileSpec> = [
  target,
  directory("/directory"),
  directory("/full"),
  node("/full/x", "File", 0o644),
  node("/file", "File", 0o644),
  node("/link", "SymbolicLink", 0o777),
  { ...node("/loop", "SymbolicLink", 0o777), target: "/loop" },
  { ...node("/dangling", "SymbolicLink", 0o777), target: "/nothing" },
  { ...node("/todirectory", "SymbolicLink", 0o777), target: "/directory" },
  { ...node("/slashed", "SymbolicLink", 0o777), target: "/file/" },
  node("/fifo", "FIFO", 0o644),
  { ...node("/second", "File", 0o644), sameAs: "/target" }
]

const waits = ([name, path, flag]: Call): boolean => name === "open" && path.startsWith("/fifo") && flag !== "wx"

function* paths(): Iterable<Case> {
  const names = [...world.map(({ path }) => path).filter((path) => path !== "/full/x"), "/missing"]
  const forms = ["", "/", "/.", "/..", "/x", "/x/"]
  for (const [name, form, as] of product(names, forms, [root, a])) {
    if (as === a && form !== "" && form !== "/x") continue
    for (const call of calls(name + form)) {
      if (!waits(call)) yield one([{ path: "/", type: "Directory", mode: 0o777 }, ...world], as, call)
    }
  }
}

const long = (length: number): string => {
  const part = `/${"d".repeat(1)}`
  return `${part.repeat(Math.floor((length - 1) / 2) - 1)}/${
    "x".repeat(length - 2 * (Math.floor((length - 1) / 2) - 1) - 1)
  }`
}

function* lengths(): Iterable<Case> {
  const names = [254, 255, 256].flatMap((length) => [`/${"n".repeat(length)}`, `/directory/${"n".repeat(length)}`])
  const whole = [4094, 4095, 4096].flatMap((
    length
  ) => [`/${".".repeat(1)}`.repeat(2).padEnd(length - 2, "/") + "/q", long(length)])
  for (const path of [...names, ...whole]) for (const call of calls(path)) yield one(world, root, call)
  for (const length of [1, 4094, 4095, 4096]) yield one([target], root, ["symlink", "t".repeat(length), "/new"])
  yield one([target], root, ["symlink", "", "/new"])
  for (const call of calls("")) yield one(world, root, call)
}

/** Search permission on the way, and write permission in the directory of a name. */
function* permissions(): Iterable<Case> {
  const above = [0o777, 0o755, 0o711, 0o700, 0o600, 0o500, 0o300, 0o100, 0o070, 0o007, 0]
  for (const [mode, as, kind] of product(above, few, ["File", "Directory", "SymbolicLink"] as const)) {
    const tree = [
      { path: "/", type: "Directory", mode: 0o777 } as const,
      target,
      directory("/directory"),
      directory("/d", mode),
      node("/d/x", kind, 0o777)
    ]
    for (const call of calls("/d/x")) yield one(tree, as, call)
  }
}

/** Who can remove a name from a sticky directory. */
function* sticky(): Iterable<Case> {
  const owners = [0, A, B]
  const removals: ReadonlyArray<Call> = [
    ["unlink", "/d/x"],
    ["rmdir", "/d/x"],
    ["rename", "/d/x", "/d/y"],
    ["rename", "/d/x", "/other/y"],
    ["rename", "/other/z", "/d/x"],
    ["link", "/d/x", "/d/y"]
  ]
  for (const [mode, above, own, kind, as] of product([0o777, 0o1777], owners, owners, kinds, few)) {
    const tree = [
      target,
      directory("/d", mode, whose(above)),
      directory("/other", 0o777),
      node("/other/z", kind, 0o777, whose(as.uid)),
      node("/d/x", kind, 0o777, whose(own))
    ]
    for (const call of removals) yield one(tree, as, call)
  }
  for (const [from, to, above, as] of product(owners, owners, owners, few)) {
    yield one(
      [
        directory("/d", 0o1777, whose(above)),
        directory("/e", 0o1777, whose(B)),
        node("/d/x", "File", 0o644, whose(from)),
        node("/e/y", "File", 0o644, whose(to))
      ],
      as,
      ["rename", "/d/x", "/e/y"]
    )
  }
}

/** Which files can replace which, and who can move a directory. */
function* rename(): Iterable<Case> {
  const names = world.map(({ path }) => path)
  for (const [from, to, as] of product(names, [...names, "/new", "/directory/new", "/full/new"], [root, user(B, B)])) {
    const tree = [{ path: "/", type: "Directory", mode: 0o777 } as const, ...world]
    yield one(tree, as, ["rename", from, to])
  }
  for (const [mode, own, as, kind] of product([0o777, 0o755, 0o555], [A, B], few, kinds)) {
    const tree = [target, directory("/d", 0o777), directory("/e", 0o777), node("/d/x", kind, mode, whose(own))]
    yield one(tree, as, ["rename", "/d/x", "/e/y"])
    yield one(tree, as, ["rename", "/d/x", "/d/y"])
  }
}

function* times(): Iterable<Case> {
  for (const [kind, mode, own, as] of product(kinds, [0o666, 0o644, 0o600, 0o444, 0], [A, B, 0], users)) {
    const tree = [target, node("/x", kind, mode, whose(own))]
    yield one(tree, as, ["utimes", "/x", 1_000, 2_000])
    yield one(tree, as, ["lutimes", "/x", 1_000, 2_000])
  }
}

/** Several names of one file, and nested directories. */
function* links(): Iterable<Case> {
  const tree = [
    directory("/d", 0o777),
    directory("/e", 0o777),
    node("/d/x", "File", 0o644),
    node("/e/z", "FIFO", 0o644)
  ]
  for (const as of [root, a]) {
    yield one(tree, as, ["link", "/d/x", "/e/x"], ["link", "/e/x", "/d/y"], ["unlink", "/d/x"], [
      "chmod",
      "/e/x",
      0o600
    ])
    yield one(tree, as, ["link", "/d/x", "/e/x"], ["rename", "/d/x", "/e/x"], ["rename", "/e/z", "/e/x"])
    yield one(tree, as, ["link", "/d/x", "/e/x"], ["truncate", "/e/x", 1], ["rename", "/e/z", "/d/x"])
    yield one(tree, as, ["mkdir", "/d/s", 0o755], ["mkdir", "/d/s/t", 0o755], ["rename", "/d/s/t", "/e/t"])
    yield one(tree, as, ["mkdir", "/d/s", 0o755], ["mkdir", "/e/t", 0o755], ["rename", "/d/s", "/e/t"], [
      "rmdir",
      "/e/t"
    ])
    yield one(tree, as, ["symlink", "../e", "/d/s"], ["link", "/d/s", "/e/s"], ["unlink", "/d/s"], [
      "lchown",
      "/e/s",
      -1,
      A
    ])
    yield one(tree, as, ["symlink", "/e/n", "/d/s"], ["open", "/d/s", "w", 0o640], ["open", "/d/s", "wx", 0o640])
  }
}

/** Several users, one after the other. */
function* inTurn(): Iterable<Case> {
  const tree = [directory("/d", 0o1777, whose(0)), directory("/g", 0o2770, whose(A, G))]
  for (const [first, second] of product(users, users)) {
    for (const place of ["/d", "/g"]) {
      for (const made of creating(`${place}/x`, 0o666).slice(0, 5)) {
        const then: ReadonlyArray<Call> = [
          ["chmod", `${place}/x`, 0o777],
          ["link", `${place}/x`, `${place}/y`],
          ["rename", `${place}/x`, `${place}/z`],
          ["unlink", `${place}/z`],
          ["rmdir", `${place}/x`]
        ]
        yield {
          tree,
          steps: [{ as: withoutUmask(first), call: made }, ...then.map((call) => ({ as: second, call }))]
        }
      }
    }
  }
}

export const tables: Readonly<Record<string, Table>> = {
  chmod,
  chown,
  "set-id bits and content": content,
  "new names": create,
  "paths": paths,
  "long and empty names": lengths,
  "permissions on the way": permissions,
  "sticky directories": sticky,
  rename,
  times,
  links,
  "users in turn": inTurn
}
