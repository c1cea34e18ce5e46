/** Errors of a file system have the same shape as those that the constructor of their class makes. */
import { SystemError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import { MemoryFileSystem } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"

/** All properties apart from the stack. */
const shapeOf = (error: object) => {
  const { stack: _, ...rest } = Object.getOwnPropertyDescriptors(error) as PropertyDescriptorMap // `stack` is one of them
  return rest
}

it("an error has the same properties and the same text as one that the constructor makes", () => {
  const failing = Effect.flatMap(FileSystem, (fs) => Effect.flip(fs.stat("/missing")))
  const error = Effect.runSync(Effect.provide(failing, MemoryFileSystem.layer({})))
  if (error._tag !== "SystemError") throw error
  const { cause, description, method, module, pathOrDescriptor, reason, syscall } = error
  const fields = { module, method, description, cause, reason, pathOrDescriptor, syscall }
  const constructed = new SystemError(fields, { disableValidation: true })
  expect(shapeOf(error)).toEqual(shapeOf(constructed))
  expect(Reflect.ownKeys(error)).toEqual(Reflect.ownKeys(constructed))
  expect(error).toEqual(constructed)
  expect([String(error), error.message, JSON.parse(JSON.stringify(error))]).toEqual([
    String(constructed),
    constructed.message,
    JSON.parse(JSON.stringify(constructed))
  ])
})
