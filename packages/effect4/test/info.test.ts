/** Sizes and inode numbers that JavaScript's numbers cannot represent. */
import * as NodeRootFileSystem from "@procfsroot/effect4/node/NodeRootFileSystem"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { execFileSync } from "node:child_process"
import { closeSync, openSync, statSync } from "node:fs"
import { expect, it } from "vitest"
import { info } from "../src/internal/adapter/info.js"

const SIZE = 2n ** 53n + 1n

it.each([{}, { native: "none" }] as const)("the size of a file is exact: %o", async (options) => {
  // tmpfs has files of up to 2^63 − 1 bytes.
  using directory = temporary("/dev/shm")
  closeSync(openSync(`${directory.path}/large`, "w"))
  execFileSync("sh", ["-c", `truncate --size ${SIZE} ${directory.path}/large`])
  const sizes = Effect.flatMap(FileSystem, (fs) =>
    Effect.scoped(Effect.all([
      fs.stat("/large"),
      Effect.flatMap(fs.open("/large"), (file) => file.stat)
    ]))).pipe(Effect.provide(NodeRootFileSystem.layer(directory.path, options)))
  expect((await Effect.runPromise(sizes)).map(({ size }) => BigInt(size))).toEqual([SIZE, SIZE])
})

it("the inode number is exact", () => {
  const stats = Object.assign(statSync("/"), { ino: 2 ** 63, exactIno: 2n ** 63n + 3n })
  expect(info(stats).ino).toMatchObject({ value: 2n ** 63n + 3n })
})
