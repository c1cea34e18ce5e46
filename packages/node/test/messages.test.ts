/** Tests what errors become in messages between threads. */
import * as Errno from "@procfsroot/vfs/Errno"
import { readdirSync } from "node:fs"
import { expect, it } from "vitest"
import { errorData, errorOf } from "../src/internal/thread/messages.js"
import { thrown } from "./rejection.js"

const sent = (error: unknown): unknown => errorOf(structuredClone(errorData(error)))

it("an error of a system call keeps its fields", () => {
  const error = thrown(() => readdirSync("/proc/nope"))
  expect(error).toMatchObject({ code: "ENOENT", errno: -2, path: "/proc/nope", syscall: "scandir" })
  expect(sent(error)).toEqual(error)
})

it("a mistake in a program keeps its class, and has no code", () => {
  const error = new TypeError("not a number")
  expect(sent(error)).toBeInstanceOf(TypeError)
  expect(sent(error)).toEqual(error)
  expect(Errno.hasCode(sent(error))).toBe(false)
})
