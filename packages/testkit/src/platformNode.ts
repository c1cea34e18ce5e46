/** All of Effect's platform for Node, to test which of its parts have their own file system. */
export * from "@effect/platform-node"
