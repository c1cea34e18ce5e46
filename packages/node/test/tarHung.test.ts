/** Archives on a server that fails or never answers. */
import { openTarRoot } from "@procfsroot/node/TarRoot"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { setImmediate, setTimeout } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { rejection } from "./rejection.js"

describe.skipIf(without("fuse"))("the opening of an archive", () => {
  it("can be interrupted while its server does not answer", async () => {
    const before = await atRest()
    {
      await using fuse = await startFuse()
      for (const name of ["hangOpen", "hangRead"]) {
        const opening = openTarRoot(`${fuse.path}/${name}`, { signal: AbortSignal.timeout(300) })
        const late = setTimeout(4_000, "late", { ref: false })
        expect(await Promise.race([rejection(opening), late])).toMatchObject({ name: "TimeoutError" })
      }
    }
    expect(await settled(before)).toBe(before)
  })

  it("fails as if the file could be closed", async () => {
    await using fuse = await startFuse()
    const before = await atRest()
    const error = { code: "EINVAL", message: expect.stringContaining("it is not a tar archive") }
    expect(await rejection(openTarRoot(`${fuse.path}/failClose`))).toMatchObject(error)
    for (let turns = 0; turns < 40; turns++) {
      const controller = new AbortController()
      const opening = rejection(openTarRoot(`${fuse.path}/failClose`, { signal: controller.signal }))
      for (let turn = 0; turn < turns % 5; turn++) await setImmediate()
      controller.abort()
      expect(await opening).toBeInstanceOf(Error)
    }
    // Node would throw an error that nobody receives, which fails the tests.
    expect(await settled(before)).toBe(before)
  })
})
