/** The contract of a `FileSystem`, asked of the one over any other; the judge is Node in a real chroot. */
import { contract, onDisk } from "@procfsroot/testkit/contract"
import { edition } from "./edition.js"

contract(onDisk("RootFileSystem over Node's", edition, edition.rootFileSystem))
