/** The platform of Node, whole, to see which parts of it have a file system of their own. */
export * from "@effect/platform-node"
