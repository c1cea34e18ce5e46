/** The plain file system of Node, to put under what is tested. */
export { layer } from "@effect/platform-node/NodeFileSystem"
