/** The runtime whose own file system is the judge: Node, even if another runtime runs the tests. */
export const node: string = process.versions["bun"] === undefined ? process.execPath : "node"

/** The option that switches on Node's permission model, which has another name in old versions. */
export const permissionModel: string = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission"
