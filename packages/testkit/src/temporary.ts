/** Creates directories for a test, which are removed when they are disposed of. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Temporary extends Disposable {
  readonly path: string
}

export const temporary = (parent: string = tmpdir()): Temporary => {
  const path = mkdtempSync(join(parent, "procfsroot-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
