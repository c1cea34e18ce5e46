/** The runtime whose own file system is the judge: Node, even if another runtime runs the tests. */
export const node: string = process.versions["bun"] === undefined ? process.execPath : "node"
