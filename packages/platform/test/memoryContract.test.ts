/** The contract of a `FileSystem`, asked of the one in memory; the judge is Node in a real chroot. */
import { contract, inMemory } from "@procfsroot/testkit/contract"
import { edition } from "./edition.js"

contract(inMemory("MemoryFileSystem", edition))
