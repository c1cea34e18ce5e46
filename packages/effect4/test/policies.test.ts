/** File systems with a policy: the effects of the options, compared with the kernel and the same flags. */
import { MemoryFileSystem } from "@procfsroot/effect4"
import { mountOptions, nodeMountOptions } from "@procfsroot/testkit/mountOptions"
import { nodePolicies, policies } from "@procfsroot/testkit/policies"
import { nodePolicyOptions, policyOptions } from "@procfsroot/testkit/policyOptions"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { expect, it } from "vitest"
import { node, portable } from "./edition/edition.js"

policyOptions(portable)
nodePolicyOptions(node)
mountOptions(portable)
nodeMountOptions(node)
policies(portable)
nodePolicies(node)

const glob = (options: MemoryFileSystem.Options, pattern: string, root?: string) =>
  Effect.flatMap(FileSystem, (fs) => fs.glob(pattern, { root })).pipe(
    Effect.match({ onSuccess: (names) => names, onFailure: ({ reason }) => reason.cause }),
    Effect.provide(MemoryFileSystem.layer(
      { "/d/f.txt": "", "/d/e/f.txt": "", "/up": MemoryFileSystem.link("../d") },
      { containment: "beneath", ...options }
    )),
    Effect.runPromise
  )

it("glob accepts only paths that the policy allows", async () => {
  const escapes = { _tag: "EscapesRoot", code: "EXDEV" }
  expect(await glob({}, "d/**/*.txt")).toEqual(["d/e/f.txt", "d/f.txt"])
  expect(await glob({}, "*.txt", "d")).toEqual(["f.txt"])
  for (const [pattern, root] of [["/d/*"], ["*", "/d"], ["*", "up"], ["../d/*"], ["up/*"]] as const) {
    expect(await glob({}, pattern, root)).toMatchObject(escapes)
  }
  // If a wildcard matches the link, Effect reports the error, except ELOOP: then it treats the link as a file.
  expect(await glob({}, "*/*.txt")).toMatchObject(escapes)
  expect(await glob({ symlinks: "forbid" }, "*/*.txt")).toEqual(["d/f.txt"])
})
