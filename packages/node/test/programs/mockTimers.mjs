/** Mocks the timers with `node:test` before it loads the package. Prints what each root then reads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { mock } from "node:test"

mock.timers.enable({ apis: ["setImmediate", "setTimeout"] })

const { openMemoryRoot } = await import("@procfsroot/node/MemoryRoot")
const { openRoot } = await import("@procfsroot/node/OpenRoot")
const directory = mkdtempSync(join(tmpdir(), "procfsroot-"))
writeFileSync(join(directory, "f"), "content")
const root = await openRoot(directory)
const elsewhere = await openRoot(directory, { offMainThread: true })
for (const { promises } of [openMemoryRoot({ "/f": "content" }), root, elsewhere]) {
  const end = performance.now() + 10
  while (performance.now() < end) await promises.readFile("/f", "utf8")
  console.log(await promises.readFile("/f", "utf8"))
}
const changes = root.promises.watch("/")[Symbol.asyncIterator]()
const next = changes.next()
writeFileSync(join(directory, "new"), "")
console.log((await next).value.filename)
await changes.return()
await elsewhere.close()
await root.close()
rmSync(directory, { recursive: true })
