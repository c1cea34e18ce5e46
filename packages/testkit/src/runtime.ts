/** The runtime whose own file system judges: Node, even where another one runs the tests. */
export const node: string = process.versions["bun"] === undefined ? process.execPath : "node"
