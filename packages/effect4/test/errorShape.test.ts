/** Errors of a file system have the same shape as those that the constructors of their classes make. */
import { MemoryFileSystem } from "@procfsroot/effect4"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { systemError } from "effect/PlatformError"
import { expect, it } from "vitest"

/** All properties apart from the stack. */
const shapeOf = (error: object) => {
  const { stack: _, ...rest } = Object.getOwnPropertyDescriptors(error) as PropertyDescriptorMap // `stack` is one of them
  return rest
}

it("an error has the same properties and the same text as one that the constructors make", () => {
  const failing = Effect.flatMap(FileSystem, (fs) => Effect.flip(fs.stat("/missing")))
  const error = Effect.runSync(Effect.provide(failing, MemoryFileSystem.layer({})))
  const { reason } = error
  if (reason._tag === "BadArgument") throw error
  const { _tag, cause, description, method, module, pathOrDescriptor, syscall } = reason
  if (description === undefined || syscall === undefined) throw error
  const constructed = systemError({ module, method, description, cause, _tag, pathOrDescriptor, syscall })
  expect(shapeOf(error)).toEqual(shapeOf(constructed))
  expect(shapeOf(reason)).toEqual(shapeOf(constructed.reason))
  expect([String(error), error.message, JSON.parse(JSON.stringify(error))]).toEqual([
    String(constructed),
    constructed.message,
    JSON.parse(JSON.stringify(constructed))
  ])
})
