/**
 * Random plans, with few names and many links, so that operations affect each other. A seed always gives the same plan.
 */
import * as FastCheck from "effect/FastCheck"
import type { FileSpec } from "../contract/model.js"
import { withNul } from "../contract/paths.js"
import * as Random from "../random.js"
import { parentsOf } from "../tree.js"
import type { Operation, Plan, User } from "./model.js"
import { operation } from "./operations.js"

/** How many operations a plan has. */
const LENGTH = 20

const names = FastCheck.oneof(
  { weight: 20, arbitrary: FastCheck.constantFrom("a", "b", "c", "d") },
  { weight: 1, arbitrary: FastCheck.constantFrom("é", "e\u0301", "\u{1F600}", "-n\n*", "\\", " ", "l".repeat(255)) }
)

const place = FastCheck.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`)

const directoryModes = FastCheck.constantFrom(0o755, 0o755, 0o777, 0o700, 0o711, 0o744, 0o555, 0o300, 0, 0o1777, 0o2775)
const fileModes = FastCheck.constantFrom(0o644, 0o644, 0o600, 0o444, 0o200, 0, 0o666, 0o4755, 0o2755, 0o2644, 0o6777)

/** A time in the past, in seconds, which a file only gets if it is set. */
const stamp = FastCheck.integer({ min: 1_000_000_000, max: 1_000_000_005 })

/** The owner of a file, usually the user. Only root can give files to others. */
const owner = (user: User): FastCheck.Arbitrary<User> =>
  process.getuid?.() !== 0 ? FastCheck.constant(user) : FastCheck.oneof(
    { weight: 5, arbitrary: FastCheck.constant(user) },
    {
      weight: 1,
      arbitrary: FastCheck.record({
        uid: FastCheck.constantFrom(user.uid, 0, 4321),
        gid: FastCheck.constantFrom(user.gid, 0, 4321)
      })
    }
  )

const target = FastCheck.oneof(
  { weight: 2, arbitrary: Random.target },
  {
    weight: 3,
    arbitrary: FastCheck.tuple(place, FastCheck.constantFrom("", "", "/", "/.")).map((parts) => parts.join(""))
  },
  { weight: 1, arbitrary: names }
)

const content = FastCheck.constantFrom("", "some content\n", "zéro\n", "x".repeat(5000))

const kind: FastCheck.Arbitrary<Omit<FileSpec, "path">> = FastCheck.oneof(
  { weight: 6, arbitrary: FastCheck.record({ type: FastCheck.constant("Directory" as const), mode: directoryModes }) },
  {
    weight: 5,
    arbitrary: FastCheck.record({
      type: FastCheck.constant("File" as const),
      mode: fileModes,
      content,
      mtime: stamp
    }, { requiredKeys: ["type", "mode", "content"] })
  },
  {
    weight: 5,
    arbitrary: FastCheck.record({
      type: FastCheck.constant("SymbolicLink" as const),
      mode: FastCheck.constant(0o777),
      target
    })
  },
  { weight: 1, arbitrary: FastCheck.record({ type: FastCheck.constant("FIFO" as const), mode: fileModes }) },
  // Another name of a file. `consistent` chooses the file when all are known.
  {
    weight: 1,
    arbitrary: FastCheck.record({
      type: FastCheck.constant("File" as const),
      mode: FastCheck.constant(0),
      sameAs: FastCheck.constant("?")
    })
  }
)

/** Keeps the files that can be created in this order, and adds missing parents. */
const consistent = (specs: ReadonlyArray<FileSpec>, user: User): ReadonlyArray<FileSpec> => {
  const made = new Map<string, FileSpec>()
  for (const spec of specs) {
    const above = parentsOf(spec.path)
    if (made.has(spec.path) || above.some((path) => (made.get(path)?.type ?? "Directory") !== "Directory")) continue
    const original = [...made.values()].findLast(({ sameAs, type }) => type !== "Directory" && sameAs === undefined)
    if (spec.sameAs !== undefined && original === undefined) continue
    for (const path of above) {
      if (!made.has(path)) made.set(path, { path, type: "Directory", mode: 0o755, ...user })
    }
    made.set(
      spec.path,
      spec.sameAs === undefined || original === undefined
        ? spec
        : { ...original, path: spec.path, sameAs: original.path }
    )
  }
  return [...made.values()]
}

const tree = (user: User): FastCheck.Arbitrary<ReadonlyArray<FileSpec>> => {
  const spec = FastCheck.tuple(place, kind, owner(user)).map(([path, rest, ids]): FileSpec => ({
    path,
    ...rest,
    ...ids
  }))
  const root = FastCheck.tuple(FastCheck.constantFrom(0o755, 0o755, 0o777, 0o1777), owner(user))
    .map(([mode, ids]): FileSpec => ({ path: "/", type: "Directory", mode, ...ids }))
  // Without this directory, half of the methods for temporary files would always fail.
  const tmp: FileSpec = { path: "/tmp", type: "Directory", mode: 0o1777, ...user }
  return FastCheck.tuple(root, FastCheck.array(spec, { minLength: 4, maxLength: 16 })).map(([root, specs]) => [
    root,
    tmp,
    ...consistent(specs, user)
  ])
}

const strange = FastCheck.constantFrom(
  "",
  "/",
  "//",
  ".",
  "..",
  "/missing",
  "/missing/x",
  withNul,
  `/${"n".repeat(256)}`,
  "/a".repeat(2048)
)

const path = (tree: ReadonlyArray<FileSpec>): FastCheck.Arbitrary<string> =>
  FastCheck.oneof(
    {
      weight: 8,
      arbitrary: FastCheck.tuple(
        FastCheck.constantFrom(...tree.map(({ path }) => path)),
        FastCheck.oneof(
          { weight: 9, arbitrary: FastCheck.constant("") },
          { weight: 4, arbitrary: names.map((name) => `/${name}`) },
          { weight: 2, arbitrary: FastCheck.constantFrom("/", "/.", "/..", "//", "/../a", "/./b") }
        )
      ).map((parts) => parts.join(""))
    },
    { weight: 3, arbitrary: place },
    { weight: 3, arbitrary: Random.path },
    { weight: 1, arbitrary: strange }
  )

export const plan = (user: User): FastCheck.Arbitrary<Plan> =>
  tree(user).chain((tree) =>
    FastCheck.record<Plan>({
      tree: FastCheck.constant(tree),
      operations: FastCheck.array<Operation>(operation(path(tree), target, user), {
        minLength: LENGTH,
        maxLength: LENGTH
      })
    })
  )

/** The plan of a seed. */
export const planOf = (seed: number, user: User): Plan => {
  const [first] = FastCheck.sample(plan(user), { seed, numRuns: 1 })
  if (first === undefined) throw new Error("no sample")
  return first
}
