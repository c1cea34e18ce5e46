/** Replaces functions of `node:fs`, to see how a root reports what they throw. */
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { expect, it } from "vitest"
import { openRoot, openTarRoot } from "../src/index.js"
import { end, file, written } from "./archive.js"

const replacing = onlyOnNode("only Node lets a test replace node:fs")

it.skipIf(without(replacing)).each(["EACCES", "ENOSYS", "EPERM"])("a sandbox refuses statfs with %s", async (code) => {
  const { statfsSync } = fs
  fs.statfsSync = () => {
    throw Object.assign(new Error(code), { code })
  }
  syncBuiltinESMExports()
  try {
    await expect(openRoot("/")).rejects.toThrow(`statfs(2) of /proc/self/fd fails with ${code}`)
  } finally {
    fs.statfsSync = statfsSync
    syncBuiltinESMExports()
  }
})

type Functions = Readonly<Record<string, (...args: ReadonlyArray<unknown>) => unknown>>

/** Replaces functions until it is disposed of. */
const replace = (functions: Functions): Disposable => {
  const before = Object.entries(fs).filter(([name]) => name in functions)
  Object.assign(fs, functions)
  syncBuiltinESMExports()
  return {
    [Symbol.dispose]: () => {
      Object.assign(fs, Object.fromEntries(before))
      syncBuiltinESMExports()
    }
  }
}

const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code })
}

it.skipIf(without(replacing)).each(["openSync", "statSync", "statfsSync"] as const)(
  "a lack of memory is reported as such: %s",
  async (name) => {
    using _ = replace({ [name]: failing("ENOMEM") })
    await expect(openRoot("/")).rejects.toMatchObject({ code: "ENOMEM" })
  }
)

it.skipIf(without(replacing))("an archive that cannot be examined is a root that cannot be opened", async () => {
  using archive = written(file("f", "content"), end)
  const error = Object.assign(new Error("EIO"), { code: "EIO" })
  using _ = replace({ fstat: (_, done) => typeof done === "function" && done(error) })
  await expect(openTarRoot(archive.path)).rejects.toMatchObject({
    message: expect.stringContaining("cannot be used"),
    code: "EIO",
    path: archive.path
  })
})

it.skipIf(without(replacing))("an archive is read again after an interruption", async () => {
  using archive = written(file("f", "content"), end)
  const interrupted = Object.assign(new Error("EINTR"), { code: "EINTR" })
  const { read, readSync } = fs
  let calls = 0
  const isInterrupted = (): boolean => calls++ % 2 === 0
  using _ = replace({
    read: (...args) => {
      const done = args.at(-1)
      if (typeof done === "function" && isInterrupted()) return done(interrupted)
      return Reflect.apply(read, fs, args)
    },
    readSync: (...args) => {
      if (isInterrupted()) throw interrupted
      return Reflect.apply(readSync, fs, args)
    }
  })
  await using root = await openTarRoot(archive.path)
  expect(await root.promises.readFile("/f", "utf8")).toBe("content")
  expect(root.sync.readFileSync("/f", "utf8")).toBe("content")
  expect(calls).toBeGreaterThan(3)
})

it.skipIf(without(replacing))("a defect in a lookup does not become an errno", async () => {
  await using root = await openRoot("/proc/self", { strategy: "walk" })
  const { readlinkSync } = fs
  const defect = new TypeError("a defect")
  fs.readlinkSync = Object.assign(() => {
    throw defect
  }, readlinkSync)
  syncBuiltinESMExports()
  try {
    await expect(root.promises.stat("/exe")).rejects.toBe(defect)
    await expect(root.resolve("/exe")).rejects.toBe(defect)
  } finally {
    fs.readlinkSync = readlinkSync
    syncBuiltinESMExports()
  }
})
