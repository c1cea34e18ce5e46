/** Tests the contract of a `FileSystem` on `RootFileSystem`, compared with Node in a real chroot. */
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { overNode } from "@procfsroot/testkit/differences"
import { edition } from "./edition.js"

const overNodes = { ...edition, differences: [...edition.differences, ...overNode] }

contract(onDisk("RootFileSystem over Node's", overNodes, edition.rootFileSystem))
