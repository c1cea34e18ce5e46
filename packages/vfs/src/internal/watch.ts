import type { WatchListener } from "../InodeOperations.js"
import { atOnce, type Context } from "./operation.js"
import { split } from "./pathResolver.js"

/** @internal */
export const watch = <H, F>(
  context: Context<H, F>,
  path: string,
  recursive: boolean,
  listener: WatchListener
): () => void =>
  atOnce(
    context,
    "stat",
    [path],
    (resolver) => resolver.operations.watch(resolver.existing(path), split(path).name, recursive, listener)
  )
