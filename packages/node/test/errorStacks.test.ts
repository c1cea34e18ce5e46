/** The stack of an error leads to the program that called the function, even if it has only the usual ten frames. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import type { Promises, Sync } from "@procfsroot/node/Promises"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
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

/** The stacks of all errors that do not lead to the program. */
const lostStacks = async (open: (path: string) => OpenRoot | Promise<OpenRoot>) => {
  using directory = temporary()
  await using root = await open(directory.path)
  const stacks: Array<unknown> = []
  for (const call of Object.values(calls)) {
    stacks.push(
      await stackOf(async function callingProgram() {
        await call(root.promises)
      })
    )
  }
  for (const call of Object.values(syncCalls)) {
    stacks.push(
      await stackOf(function callingProgram() {
        call(root.sync)
      })
    )
  }
  return stacks.filter((stack) => !/ENOENT[^]*callingProgram/.test(String(stack)))
}

it("on a disk", async () => {
  expect(await lostStacks(openRoot)).toEqual([])
})

it("in memory", async () => {
  expect(await lostStacks(() => openMemoryRoot({}))).toEqual([])
})

const followed = onlyOnNode("only Node's stacks lead through promises that another thread settles")

it.skipIf(without(followed))("off the main thread", async () => {
  expect(await lostStacks((path) => openRoot(path, { offMainThread: true }))).toEqual([])
})
