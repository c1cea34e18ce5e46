/** Tests the contract of a `FileSystem` on the one in memory, compared with Node in a real chroot. */
import { contract, inMemory } from "@procfsroot/testkit/contract"
import { edition } from "./edition.js"

contract(inMemory("MemoryFileSystem", edition))
