/** Node's own file system for Effect 3, for tests of file systems that are built on it. */
export { layer } from "@effect/platform-node/NodeFileSystem"
