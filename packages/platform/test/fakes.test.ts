/** The portable layer over fakes whose errors can say little. */
import * as FileSystem from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { type ResolveError, Root } from "@procfsroot/platform"
import { type Case, optionsOf, suites } from "@procfsroot/testkit/cases"
import type { TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { failure, fake, info, MOUNT, silent, withErrno } from "./fake.js"

const tree: TreeSpec = [
  { path: "/etc/passwd", type: "file" },
  { path: "/run/docker.sock", type: "file" },
  { path: "/var/run", type: "symlink", target: "/run" }
]

const over = (methods: Partial<FileSystem.FileSystem>) =>
  Layer.provide(Root.layer(MOUNT), FileSystem.layerNoop(methods))

/** A tree in which every call for one path fails with the given error. */
const failing = (place: string, error: (method: string, path: string) => ReturnType<typeof failure>) => {
  const whole = fake(tree, withErrno)
  const at = (path: string) => path === `${MOUNT}${place}` || path.startsWith(`${MOUNT}${place}/`)
  return over({
    readLink: (path) => at(path) ? Effect.fail(error("readLink", path)) : whole.readLink(path),
    stat: (path) => at(path) ? Effect.fail(error("stat", path)) : whole.stat(path)
  })
}

const errno =
  (code: string, reason: "Unknown" | "PermissionDenied" | "NotFound" | "BadResource" = "Unknown") =>
  (method: string, path: string) => failure(method, path, reason, { cause: Object.assign(new Error(code), { code }) })

const asked = ({ path, pinned }: Case): string => pinned === "procfsroot" && path === "" ? "/" : path

describe.each([
  { name: "errors that keep the errno", telling: withErrno },
  { name: "errors without a cause", telling: silent }
])("a fake with $name", ({ telling }) => {
  it.effect.each(suites)("resolves the table of cases: $name", ({ cases, tree }) =>
    Effect.gen(function*() {
      for (const testCase of cases) {
        const path = asked(testCase)
        const answer = yield* Root.resolve(path, optionsOf(testCase)).pipe(
          Effect.match({ onFailure: ({ code }) => ({ errno: code }), onSuccess: (ok) => ({ ok }) })
        )
        expect({ id: testCase.id, path, answer }).toEqual({ id: testCase.id, path, answer: testCase.expect })
      }
    }).pipe(Effect.provide(over(fake(tree, telling)))))
})

describe("a fake with few methods", () => {
  it.effect("a name is missing if there is no `readLink` and `stat` fails with NotFound", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Root.resolve("/etc/passwd"))
      expect(error).toMatchObject({ _tag: "PathNotFound", code: "ENOENT", at: "/etc" })
    }).pipe(Effect.provide(over({
      stat: (path) => path === MOUNT ? Effect.succeed(info("Directory")) : fake([], silent).stat(path)
    }))))

  it.effect("`stat` is enough if there are no links", () =>
    Effect.gen(function*() {
      expect(yield* Root.resolve("/etc/../etc/passwd")).toBe("/etc/passwd")
      expect((yield* Effect.flip(Root.resolve("/etc/passwd/x")))._tag).toBe("NotADirectory")
      expect((yield* Effect.flip(Root.resolve("/nope")))._tag).toBe("PathNotFound")
    }).pipe(Effect.provide(over({ stat: fake(tree, silent).stat }))))

  it.effect("without any methods, the root is unavailable", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), over({})))
      expect(error).toMatchObject({ _tag: "RootUnavailable", code: "ENOENT", root: MOUNT })
    }))

  it.effect("a root that is not a directory is unavailable", () =>
    Effect.gen(function*() {
      const layer = over({ stat: () => Effect.succeed(info("File")) })
      expect(yield* Effect.flip(Effect.provide(Root.resolve("/"), layer)))
        .toMatchObject({ _tag: "RootUnavailable", code: "ENOTDIR" })
    }))
})

const flip = (path: string, options?: Root.ResolveOptions) => Effect.flip(Root.resolve(path, options))

describe("errors of the file system", () => {
  it.effect("EACCES, as errno or as reason, becomes AccessDenied, never a missing file", () =>
    Effect.gen(function*() {
      const silently = failing("/run", (method, path) => failure(method, path, "PermissionDenied"))
      for (const layer of [failing("/run", errno("EACCES", "PermissionDenied")), silently]) {
        const error = yield* Effect.provide(flip("/var/run/docker.sock", { missing: "tail" }), layer)
        expect(error).toMatchObject({ _tag: "AccessDenied", code: "EACCES", at: "/run" })
      }
      expect(yield* Effect.provide(flip("/run"), failing("/run", errno("EPERM")))).toMatchObject({
        _tag: "AccessDenied",
        code: "EPERM"
      })
    }))

  it.effect("EIO becomes LookupFailed, with the error itself as cause", () =>
    Effect.gen(function*() {
      const error = yield* Effect.provide(flip("/etc/passwd"), failing("/etc/passwd", errno("EIO")))
      expect(error).toMatchObject({ _tag: "LookupFailed", code: "EIO", at: "/etc/passwd" })
      const { cause } = error as ResolveError.LookupFailed
      expect(cause).toMatchObject({ _tag: "SystemError", cause: { code: "EIO" } })
    }))

  it.effect("an error of `readLink` never means that there is no link, no matter what `stat` returns", () =>
    Effect.gen(function*() {
      const whole = fake(tree, withErrno)
      const layer = over({
        ...whole,
        readLink: (path) =>
          path === `${MOUNT}/var/run` ? Effect.fail(errno("EIO")("readLink", path)) : whole.readLink(path),
        stat: (path) => path === `${MOUNT}/var/run` ? Effect.succeed(info("Directory")) : whole.stat(path)
      })
      expect(yield* Effect.provide(flip("/var/run/docker.sock"), layer))
        .toMatchObject({ _tag: "LookupFailed", code: "EIO", at: "/var/run" })
    }))

  it.effect("an error without an errno becomes UNKNOWN, and never means that there is no link", () =>
    Effect.gen(function*() {
      const layer = failing("/etc", (method, path) => failure(method, path, "Unknown"))
      expect(yield* Effect.provide(flip("/etc/passwd", { missing: "tail" }), layer))
        .toMatchObject({ _tag: "LookupFailed", code: "UNKNOWN", at: "/etc" })
    }))

  it.effect("a cycle of causes is searched once", () =>
    Effect.gen(function*() {
      const round: { cause?: unknown } = {}
      round.cause = { cause: round }
      const layer = failing("/etc", (method, path) => Object.assign(failure(method, path, "Busy"), { cause: round }))
      expect(yield* Effect.provide(flip("/etc/passwd"), layer)).toMatchObject({ _tag: "LookupFailed", code: "EBUSY" })
    }))

  it.effect("each errno is reported unchanged", () =>
    Effect.gen(function*() {
      for (const code of ["ESTALE", "EMFILE", "ENOTCONN", "ETIMEDOUT", "ELOOP"]) {
        const error = yield* Effect.provide(flip("/etc/passwd"), failing("/etc", errno(code, "BadResource")))
        expect(error).toMatchObject({ _tag: "LookupFailed", code })
      }
      const long = yield* Effect.provide(flip("/etc/passwd"), failing("/etc", errno("ENAMETOOLONG")))
      expect(long).toMatchObject({ _tag: "NameTooLong", code: "ENAMETOOLONG" })
    }))

  it.effect("S13: `.` and `..` require search permission for their directory", () => {
    const whole = fake(tree, withErrno)
    const closed = over({
      ...whole,
      readLink: (path) =>
        path.startsWith(`${MOUNT}/run/`)
          ? Effect.fail(errno("EACCES", "PermissionDenied")("readLink", path))
          : whole.readLink(path),
      stat: (path) =>
        path.startsWith(`${MOUNT}/run/`)
          ? Effect.fail(errno("EACCES", "PermissionDenied")("stat", path))
          : whole.stat(path)
    })
    return Effect.gen(function*() {
      expect(yield* Root.resolve("/var/run/")).toBe("/run")
      for (const path of ["/run/.", "/var/run/..", "/run/docker.sock"]) {
        expect(yield* flip(path)).toMatchObject({ _tag: "AccessDenied", code: "EACCES" })
      }
    }).pipe(Effect.provide(closed))
  })
})

describe("a batch", () => {
  const counting = () => {
    const asked: Array<string> = []
    const whole = fake(tree, withErrno)
    const readLink = (path: string) => {
      asked.push(path.slice(MOUNT.length))
      return whole.readLink(path)
    }
    return { asked, layer: over({ ...whole, readLink }) }
  }
  const paths = ["/etc/passwd", "/run", "/etc/passwd", "/run"]

  it.effect("looks up no name twice", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* Root.resolveAll(paths)
      expect(asked).toEqual(["/etc", "/etc/passwd", "/run"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("remembers at most `maxRemembered` names", () => {
    const { asked, layer } = counting()
    return Effect.gen(function*() {
      yield* Root.resolveAll(paths, { maxRemembered: 2 })
      expect(asked).toEqual(["/etc", "/etc/passwd", "/run", "/etc", "/etc/passwd", "/run"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("returns the errors of invalid paths in the order of the paths", () =>
    Effect.gen(function*() {
      const answers = yield* Root.resolveAll(["/a\0b", "/var/run", "/\ud800", "/etc"])
      expect(answers.map(Either.match({ onLeft: ({ code }) => code, onRight: String })))
        .toEqual(["EINVAL", "/run", "EILSEQ", "/etc"])
    }).pipe(Effect.provide(counting().layer)))
})

describe("names that are not text", () => {
  const whole = fake(tree, silent)
  const layer = over({
    ...whole,
    readLink: (path) =>
      path === `${MOUNT}/lossy`
        ? Effect.succeed("b\ufffdd")
        : path === `${MOUNT}/lone`
        ? Effect.succeed("\udcff")
        : whole.readLink(path)
  })

  it.effect("are refused before the file system converts them to other names", () =>
    Effect.gen(function*() {
      expect(yield* flip("/etc/\udcff")).toMatchObject({ _tag: "InvalidPath", code: "EILSEQ", at: "/etc/\udcff" })
      expect(yield* flip("/\ud800")).toMatchObject({ _tag: "InvalidPath", code: "EILSEQ" })
      expect(yield* flip("/a\0b")).toMatchObject({ _tag: "InvalidPath", code: "EINVAL" })
      // The leftmost problem is reported.
      expect(yield* flip("/nope/\udcff")).toMatchObject({ _tag: "PathNotFound", at: "/nope" })
    }).pipe(Effect.provide(layer)))

  it.effect("a target that may have lost bytes is not followed, but its link can be kept", () =>
    Effect.gen(function*() {
      expect(yield* Root.resolve("/lossy", { lastComponent: "keep" })).toBe("/lossy")
      expect(yield* flip("/lossy")).toMatchObject({ _tag: "InvalidPath", code: "EILSEQ", at: "/lossy" })
      expect(yield* flip("/lone")).toMatchObject({ _tag: "InvalidPath", code: "EILSEQ", at: "/lone" })
    }).pipe(Effect.provide(layer)))

  it.effect("U+FFFD in the path itself is a character like any other", () =>
    Effect.gen(function*() {
      expect(yield* Root.resolve("/\ufffd")).toBe("/\ufffd")
    }).pipe(Effect.provide(over(fake([{ path: "/\ufffd", type: "file" }], silent)))))
})
