/** The stack of an error leads to the program that called the function, even if it has only the usual ten frames. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import type { Promises, Sync } from "@procfsroot/node/Promises"
import { notOnBun, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { afterEach, beforeEach, expect, it } from "vitest"

const usual = 10
let limit: number

beforeEach(() => {
  limit = Error.stackTraceLimit
  Error.stackTraceLimit = usual
})

afterEach(() => {
  Error.stackTraceLimit = limit
})

const calls: Readonly<Record<string, (fs: Promises) => Promise<unknown>>> = {
  access: (fs) => fs.access("/none"),
  cp: (fs) => fs.cp("/none", "/copy"),
  lutimes: (fs) => fs.lutimes("/none", 0, 0),
  open: (fs) => fs.open("/none"),
  readFile: (fs) => fs.readFile("/none"),
  readdir: (fs) => fs.readdir("/none"),
  stat: (fs) => fs.stat("/none")
}

const syncCalls: Readonly<Record<string, (fs: Sync) => unknown>> = {
  lstatSync: (fs) => fs.lstatSync("/none"),
  statSync: (fs) => fs.statSync("/none")
}

const stackOf = async (callingProgram: () => unknown): Promise<unknown> => {
  try {
    return await callingProgram()
  } catch (error) {
    return error instanceof Error ? error.stack : error
  }
}

const roots = {
  "on a disk": openRoot,
  "off the main thread": (path: string) => openRoot(path, { offMainThread: true }),
  "in memory": async () => openMemoryRoot({})
}

const followed = notOnBun("Bun's stacks do not lead through promises that another thread settles")

it.skipIf(without(followed)).each(Object.entries(roots))("%s", async (_, open) => {
  using directory = temporary()
  await using root = await open(directory.path)
  for (const call of Object.values(calls)) {
    expect(
      await stackOf(async function callingProgram() {
        await call(root.promises)
      })
    ).toMatch(/ENOENT[^]*callingProgram/)
  }
  for (const call of Object.values(syncCalls)) {
    expect(
      await stackOf(function callingProgram() {
        call(root.sync)
      })
    ).toMatch(/ENOENT[^]*callingProgram/)
  }
})
