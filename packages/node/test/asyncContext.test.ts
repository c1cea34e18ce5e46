/** Functions that a program passes run in its own context, although operations share the turns of the event loop. */
import { NodeTree, openMemoryRoot, type OpenRoot, openRoot } from "@procfsroot/node"
import { busy } from "@procfsroot/testkit/busy"
import { temporary } from "@procfsroot/testkit/temporary"
import { AsyncLocalStorage } from "node:async_hooks"
import { mkdirSync } from "node:fs"
import { describe, expect, it } from "vitest"

const names = Array.from({ length: 5 }, (_, index) => `d${index}`)

/** Works in several contexts at the same time. Returns the contexts that each of them has seen. */
const contextsSeen = (work: (see: () => boolean) => Promise<unknown>) => {
  const storage = new AsyncLocalStorage<number>()
  return Promise.all(
    [0, 1, 2].map((context) =>
      storage.run(context, async () => {
        const seen = new Set<number | undefined>()
        await work(() => {
          seen.add(storage.getStore())
          busy(3) // so that the next step waits for a turn
          return true
        })
        return [...seen]
      })
    )
  )
}

describe("enter runs in the context of its caller", () => {
  const walkIn = ({ directory }: OpenRoot.OpenRoot) => async (see: () => boolean) => {
    for await (const _ of directory.walkTree("/", { enter: see })) { /* to the end */ }
  }

  it("in walkTree, in memory", async () => {
    const root = openMemoryRoot(Object.fromEntries(names.map((name) => [`/${name}/f`, ""])))
    expect(await contextsSeen(walkIn(root))).toEqual([[0], [1], [2]])
  })

  it("in walkTree, on a disk", async () => {
    using place = temporary()
    for (const name of names) mkdirSync(`${place.path}/${name}`)
    await using root = await openRoot(place.path)
    expect(await contextsSeen(walkIn(root))).toEqual([[0], [1], [2]])
  })

  it("in fromDirectory", async () => {
    using place = temporary()
    for (const name of names) mkdirSync(`${place.path}/${name}`)
    const seen = await contextsSeen((see) => NodeTree.fromDirectory(place.path, { enter: see }))
    expect(seen).toEqual([[0], [1], [2]])
  })
})
