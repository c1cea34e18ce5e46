/** The runtime that runs the tests. */
const { bun, deno }: Readonly<Record<string, string | undefined>> = process.versions

export const isNode = bun === undefined && deno === undefined

/** The runtime whose own file system is the judge: Node, even if another runtime runs the tests. */
export const node: string = isNode ? process.execPath : "node"

/** The option that switches on Node's permission model, which has another name in old versions. */
export const permissionModel: string = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission"
