/** Every layer that can provide `directory` as a root. */
import { NodeRoot, NodeRootFileSystem, Wormhole } from "@procfsroot/platform-node"

export const layers = (directory: string) => ({
  kernel: NodeRoot.layer(directory),
  walk: NodeRoot.layer(directory, { strategy: "walk" }),
  "off the main thread": NodeRoot.layer(directory, { offMainThread: true }),
  files: NodeRootFileSystem.layer(directory),
  wormhole: Wormhole.layer({ pid: process.pid })
})
