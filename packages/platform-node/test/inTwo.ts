/**
 * A root in which a host path leads to another file. The content that is read or written shows which of the
 * two is used.
 */
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, writeFileSync } from "node:fs"
import { NodeRootFileSystem } from "../src/index.js"

export interface Two {
  readonly root: string
  /**
   * A directory on the host, and one with the same path in the root; the content of `file` in each says where it is.
   */
  readonly directory: string
  readonly file: string
  readonly layer: ReturnType<typeof NodeRootFileSystem.layer>
}

export const inTwo = async (use: (two: Two) => Promise<void>) => {
  using host = temporary()
  using root = temporary()
  mkdirSync(root.path + host.path, { recursive: true })
  mkdirSync(`${root.path}/tmp`, { recursive: true })
  const file = `${host.path}/file`
  writeFileSync(file, "host")
  writeFileSync(root.path + file, "root")
  await use({ root: root.path, directory: host.path, file, layer: NodeRootFileSystem.layer(root.path) })
}

export const anyPort = { port: 0, host: "127.0.0.1" }
