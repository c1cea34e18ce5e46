/** Renames, links and times by long paths, for which the kernel and the walk keep many directories apart. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"

describe.each(["kernel", "walk"] as const)("two paths with many names, by the %s", (strategy) => {
  it.each([20, 30, 40, 60, 90])("lead to the right directories, with %i names", async (depth) => {
    using place = temporary()
    const [left, right] = ["l/", "r/"].map((name) => name.repeat(depth)) as [string, string] // as many as there are names
    for (const path of [left, right]) Fs.mkdirSync(`${place.path}/${path}`, { recursive: true })
    Fs.writeFileSync(`${place.path}/${left}f`, "f")
    await using root = await openRoot(place.path, { strategy })
    await root.promises.link(`${left}f`, `${right}linked`)
    await root.promises.rename(`${left}f`, `${right}renamed`)
    await root.promises.rename(`${right}renamed`, `${right}again`)
    expect(Fs.readdirSync(`${place.path}/${left}`)).toEqual([])
    expect(Fs.readdirSync(`${place.path}/${right}`).toSorted()).toEqual(["again", "linked"])
  })

  it("keep dates before 1970", async () => {
    using place = temporary()
    Fs.writeFileSync(`${place.path}/f`, "")
    await using root = await openRoot(place.path, { strategy })
    await root.promises.utimes("/f", new Date(-2_000), new Date(-86_400_000))
    expect(Fs.statSync(`${place.path}/f`).mtimeMs).toBe(-86_400_000)
    await using file = await root.promises.open("/f")
    await file.utimes(new Date(-2_000), new Date(-4_000))
    expect(Fs.statSync(`${place.path}/f`).mtimeMs).toBe(-4_000)
  })
})
