/** The errors of the file systems of this package for a path that does not resolve. */
import { describe, expect, it } from "@effect/vitest"
import type { ResolveError } from "@procfsroot/platform/ResolveError"
import { failures } from "@procfsroot/testkit/failures"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { edition } from "./edition.js"
import { strategies, within } from "./fileSystems.js"

failures("NodeRootFileSystem by openat2", (path) => edition.node(path, { strategy: "kernel" }))
failures("NodeRootFileSystem by the walk", (path) => edition.node(path, { strategy: "walk" }))

const missing = [
  "/nope",
  "/a/nope",
  "/a/b/c/nope",
  "/a/nope/c/d/e/f",
  "/nope/b/c",
  "/a/b/nope/",
  "/a/b/../nope",
  "/l/nope",
  "/a/dangling",
  "/a/dangling/x",
  "/a/b/f/x",
  "/a/b/f/"
]

describe.each(strategies)("a missing name: $name", (strategy) => {
  it.effect("is the same as in a walk", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [
        { path: "/a/b/c", type: "dir" },
        { path: "/a/b/f", type: "file" },
        { path: "/a/dangling", type: "symlink", target: "b/gone" },
        { path: "/l", type: "symlink", target: "a/b" }
      ])
      const failuresBy = (openat2: (typeof strategies)[number]) =>
        within(directory.path, openat2, (fs) =>
          Effect.forEach(missing, (path) =>
            Effect.map(Effect.all([Effect.either(fs.exists(path)), Effect.flip(fs.stat(path))]), ([exists, error]) => {
              const { _tag, at, code } = error.cause as ResolveError // the path does not resolve
              return [path, Either.getOrElse(exists, String), _tag, at, code]
            })))
      const walked = yield* failuresBy({ name: "by the walk", openat2: undefined })
      expect(yield* failuresBy(strategy)).toEqual(walked)
      expect(walked).toContainEqual(["/a/dangling/x", false, "PathNotFound", "/a/b/gone", "ENOENT"])
      expect(walked).toContainEqual(["/a/nope/c/d/e/f", false, "PathNotFound", "/a/nope", "ENOENT"])
    }))

  it.effect("has no stack trace, which would cost more than everything else", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const error = yield* within(directory.path, strategy, (fs) => Effect.flip(fs.stat("/nope")))
      expect(error.stack).not.toContain("\n    at ")
    }))
})
