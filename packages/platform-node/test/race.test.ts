/** Another process renames directories and exchanges them with links while the file system is used. */
import * as Root from "@procfsroot/platform/Root"
import * as RootFileSystem from "@procfsroot/platform/RootFileSystem"
import type { PortableEdition } from "@procfsroot/testkit/edition"
import { openFileSystem } from "@procfsroot/testkit/effect3/open"
import { layer as nodeFileSystem } from "@procfsroot/testkit/nodeFileSystem"
import { races, racesBeneath } from "@procfsroot/testkit/races"
import * as Layer from "effect/Layer"
import { edition } from "./edition.js"

const rootFileSystem: PortableEdition["rootFileSystem"] = (path) =>
  openFileSystem(
    RootFileSystem.layer.pipe(Layer.provideMerge(Root.layer(path)), Layer.provide(nodeFileSystem)),
    Root.Root
  )

races({ ...edition, rootFileSystem }, { adapter: true })

racesBeneath(edition, { adapter: true })
