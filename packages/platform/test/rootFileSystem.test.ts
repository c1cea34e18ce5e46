import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { Root, RootFileSystem } from "@procfsroot/platform"
import { contract, onDisk } from "@procfsroot/testkit/contract"
import * as Layer from "effect/Layer"

const over = (rootDirectory: string): Layer.Layer<FileSystem.FileSystem, unknown> =>
  RootFileSystem.layer.pipe(Layer.provide(Root.layer(rootDirectory)), Layer.provide(NodeFileSystem.layer))

contract(onDisk("RootFileSystem over Node's", over))
