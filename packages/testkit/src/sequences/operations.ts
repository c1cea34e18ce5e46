/** Random operations on random paths: every method of `FileSystem` that ends by itself, and open files. */
import * as FastCheck from "effect/FastCheck"
import type { Call } from "../contract/model.js"
import type { OpenFlag } from "../edition.js"
import type { FileCall, OpenSlot, Operation, User } from "./model.js"

type Text = FastCheck.Arbitrary<string>

const modes = FastCheck.constantFrom(0o755, 0o700, 0o644, 0o600, 0o444, 0, 0o4755, 0o2755, 0o1777, 0o6711, 0o777)
const mode = FastCheck.option(modes, { nil: undefined })
const flags = FastCheck.constantFrom<Array<OpenFlag>>("r", "r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+")
const flag = FastCheck.option(flags, { nil: undefined })
const maybe = FastCheck.option(FastCheck.boolean(), { nil: undefined })
const text = FastCheck.constantFrom("", "written\n", "schön", "0123456789".repeat(10))
const size = FastCheck.constantFrom(0, 1, 3, 10, 100, 5001)
const time = FastCheck.integer({ min: 1_000_000_000, max: 1_000_000_005 })
const slot = FastCheck.integer({ min: 0, max: 2 })

const { constant, constantFrom, option, record, tuple } = FastCheck

/** Leaves out keys that are not set, since `undefined` does not mean the same in all editions. */
const options = <A extends object>(shape: { readonly [K in keyof A]: FastCheck.Arbitrary<A[K]> }) =>
  record(shape).map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))

const call = (
  method: Call["method"],
  ...args: ReadonlyArray<FastCheck.Arbitrary<unknown>>
): FastCheck.Arbitrary<Call> =>
  tuple(...args).map((args) => ({ method, args: args.filter((arg) => arg !== undefined) }) as unknown as Call) // each line below has the arguments of its method

const temporary = (path: Text) =>
  options({
    directory: option(path, { nil: undefined }),
    prefix: option(constantFrom("T-", "a/T-", "../T-"), { nil: undefined })
  })

const temporaryFile = (path: Text) =>
  tuple(temporary(path), options({ suffix: option(constantFrom(".txt", "/x"), { nil: undefined }) })).map(
    ([first, second]) => ({ ...first, ...second })
  )

const inSlot: FastCheck.Arbitrary<FileCall["args"]> = FastCheck.oneof(
  tuple(slot, constantFrom("stat" as const, "sync" as const)),
  tuple(slot, constantFrom("read" as const, "readAlloc" as const), size),
  tuple(slot, constantFrom("write" as const, "writeAll" as const), text),
  tuple(slot, constant("truncate" as const), option(size, { nil: undefined })),
  tuple(slot, constant("seek" as const), size, constantFrom("start" as const, "current" as const))
)

/** An operation on the given paths and link texts, by `user`. Only root can give files away. */
export const operation = (path: Text, target: Text, user: User): FastCheck.Arbitrary<Operation> => {
  const id = process.getuid?.() === 0 ? constantFrom(user.uid, 0, 4321) : constant(user.uid)
  const write = options({ flag, mode })
  const one = (weight: number, arbitrary: FastCheck.Arbitrary<Operation>) => ({ weight, arbitrary })
  return FastCheck.oneof(
    one(2, call("access", path, options({ readable: maybe, writable: maybe }))),
    one(3, call("chmod", path, modes)),
    one(2, call("chown", path, id, id)),
    one(4, call("copy", path, path, options({ overwrite: maybe, preserveTimestamps: maybe }))),
    one(4, call("copyFile", path, path)),
    one(1, call("exists", path)),
    one(3, call("link", path, path)),
    one(3, call("makeDirectory", path, options({ recursive: maybe, mode }))),
    one(1, call("makeTempDirectory", temporary(path))),
    one(1, call("makeTempDirectoryScoped", temporary(path))),
    one(1, call("makeTempFile", temporaryFile(path))),
    one(1, call("makeTempFileScoped", temporaryFile(path))),
    one(3, call("open", path, write)),
    one(
      5,
      tuple(slot, path, write).map(([slot, path, options]): OpenSlot => ({
        method: "open slot",
        args: [slot, path, options]
      }))
    ),
    one(9, inSlot.map((args) => ({ method: "file", args }) as FileCall)), // a union of tuples
    one(3, call("readDirectory", path, options({ recursive: maybe }))),
    one(1, call("readFile", path)),
    one(2, call("readFileString", path)),
    one(2, call("readLink", path)),
    one(2, call("realPath", path)),
    one(4, call("remove", path, options({ recursive: maybe, force: maybe }))),
    one(6, call("rename", path, path)),
    one(1, call("sink", path, write)),
    one(3, call("stat", path)),
    one(
      1,
      call(
        "stream",
        path,
        options({ offset: option(size, { nil: undefined }), bytesToRead: option(size, { nil: undefined }) })
      )
    ),
    one(3, call("symlink", target, path)),
    one(2, call("truncate", path, option(size, { nil: undefined }))),
    one(2, call("utimes", path, time, time)),
    one(2, call("writeFile", path, text.map((text) => Buffer.from(text)), write)),
    one(3, call("writeFileString", path, text, write))
  )
}
