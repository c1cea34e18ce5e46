/** Replaces the timers before it loads the package, as a test's set-up can. Prints what each root then reads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// Not the clock, so that the time of a turn is used up. `clock` is what `@sinonjs/fake-timers` adds.
const fake = Object.assign(() => 0, { clock: {} })
Object.assign(globalThis, { setImmediate: fake, setTimeout: fake })

const { openMemoryRoot } = await import("@procfsroot/node/MemoryRoot")
const { openRoot } = await import("@procfsroot/node/OpenRoot")
const directory = mkdtempSync(join(tmpdir(), "procfsroot-"))
writeFileSync(join(directory, "f"), "content")
const roots = [openMemoryRoot({ "/f": "content" }), await openRoot(directory)]
await using elsewhere = await openRoot(directory, { offMainThread: true })
for (const { promises } of [...roots, elsewhere]) {
  const end = performance.now() + 10
  while (performance.now() < end) await promises.readFile("/f", "utf8")
  console.log(await promises.readFile("/f", "utf8"))
}
rmSync(directory, { recursive: true })
