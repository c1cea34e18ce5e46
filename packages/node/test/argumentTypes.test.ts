/** Tests arguments of other types, which a program in JavaScript can pass. */
import * as MemoryProcesses from "@procfsroot/node/MemoryProcesses"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openTarRoot } from "@procfsroot/node/TarRoot"
import { tmpdir } from "node:os"
import { describe, expect, it } from "vitest"

/** Calls a function as a program without types does. */
const untyped = (call: unknown) => call as (...args: ReadonlyArray<unknown>) => Promise<unknown>

const wrongRoot = {
  code: "ERR_INVALID_ARG_TYPE",
  message: `The "root" argument must be a string, a URL, or an object with a "pid"`
}

describe("openRoot refuses a root that is", () => {
  it.each([undefined, null, 5, new TextEncoder().encode("/tmp"), {}])("%s", async (root) => {
    await expect(untyped(openRoot)(root)).rejects.toMatchObject(wrongRoot)
  })

  it.each([
    ["1", `A PID must be a number, not "1"`],
    ["1/../..", `A PID must be a number, not "1/../.."`],
    [undefined, "A PID must be a number, not undefined"]
  ])("the process %j, real or fake", async (pid, message) => {
    await expect(untyped(openRoot)({ pid })).rejects.toThrow(new TypeError(message))
    const fake = MemoryProcesses.make({ mountNamespaces: {}, processes: [] })
    await expect(untyped(fake.openRoot)({ pid })).rejects.toThrow(new TypeError(message))
  })
})

it.each([undefined, null, new TextEncoder().encode("content")])(
  "openTarRoot refuses a path that is neither text nor a URL, and does not show it: %o",
  async (path) => {
    const message = `The "path" argument must be a string or a URL`
    await expect(untyped(openTarRoot)(path)).rejects.toMatchObject({ code: "ERR_INVALID_ARG_TYPE", message })
  }
)

describe.each(["disk", "memory"])("a root in %s refuses", (kind) => {
  const open = () => kind === "memory" ? openMemoryRoot({}) : openRoot(tmpdir())

  it.each(["resolve", "locate", "explain"] as const)("to %s what is not text", async (method) => {
    await using root = await open()
    for (const path of [undefined, 5, new URL("file:///tmp"), new TextEncoder().encode("/tmp")]) {
      await expect(untyped(root[method])(path))
        .rejects.toMatchObject({ code: "ERR_INVALID_ARG_TYPE", message: `The "path" argument must be a string` })
    }
    await expect(untyped(root.resolveAll)([5])).rejects.toMatchObject({ code: "ERR_INVALID_ARG_TYPE" })
  })

  it("what is not a path, and says which argument it is", async () => {
    await using root = await open()
    const { promises, sync } = root
    const refusals = [
      [() => untyped(promises.readFile)(undefined), "path", "undefined"],
      [() => untyped(promises.stat)(5), "path", "number"],
      [() => untyped(promises.rename)("/a", null), "newPath", "null"],
      [() => untyped(promises.link)({}, "/b"), "existingPath", "object"],
      [() => untyped(promises.symlink)(undefined, "/b"), "target", "undefined"],
      [async () => untyped(sync.symlinkSync)("/a", true), "path", "boolean"]
    ] as const
    for (const [call, name, type] of refusals) {
      const message = `The "${name}" argument must be a string, a Buffer or a URL, not ${type}`
      await expect(call()).rejects.toMatchObject({ code: "ERR_INVALID_ARG_TYPE", message })
    }
  })

  it("to work on a path that is not text", async () => {
    await using root = await open()
    const refused = { code: "ERR_INVALID_ARG_TYPE", message: "The argument must be a string, not undefined" }
    await expect(untyped(root.directory.stat)(undefined)).rejects.toMatchObject(refused)
    await expect(untyped(root.directory.writeFileAtomic)(undefined, "")).rejects.toMatchObject(refused)
    await expect(untyped(root.subRoot)(undefined)).rejects.toMatchObject(refused)
  })

  it("content in place of a path, and does not show it", async () => {
    await using root = await open()
    const message = "The argument must be a string, not [object Uint8Array]"
    const content = new TextEncoder().encode("secret")
    await expect(untyped(root.directory.writeFileAtomic)(content, "/f")).rejects.toMatchObject({ message })
    const object = { message: "The argument must be a string, not [object Object]" }
    await expect(untyped(root.directory.stat)(Object.create(null))).rejects.toMatchObject(object)
  })

  it("what is not a time", async () => {
    await using root = await open()
    const message = "A time must be a finite number or a date"
    for (const time of [undefined, null, "5", {}, true]) {
      const refused = { code: "ERR_INVALID_ARG_TYPE", message }
      await expect(untyped(root.directory.lutimes)("/", time, 0)).rejects.toMatchObject(refused)
    }
  })

  it("a number as text, and shows it in quotes", async () => {
    await using root = await open()
    const message = `The value of "mode" must be a whole number from 0 to 2147483647, not "600"`
    await expect(untyped(root.directory.writeFileAtomic)("/f", "", { mode: "600" })).rejects.toMatchObject({ message })
  })
})
