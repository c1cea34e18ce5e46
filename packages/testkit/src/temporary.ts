/** Directories that a test makes and that go with it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Temporary extends Disposable {
  readonly path: string
}

export const temporary = (): Temporary => {
  const path = mkdtempSync(join(tmpdir(), "procfsroot-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
