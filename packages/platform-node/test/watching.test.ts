/** Watch events in memory are the same as those of inotify. */
import { MemoryFileSystem, Root, RootDirectory } from "@procfsroot/platform"
import { openDirectory } from "@procfsroot/testkit/effect3/open"
import { watching } from "@procfsroot/testkit/watching"
import { edition } from "./edition.js"

watching({
  name: edition.name,
  memory: (tree, options) =>
    openDirectory(MemoryFileSystem.layer(tree, options), Root.Root, RootDirectory.RootDirectory),
  node: edition.node
})
