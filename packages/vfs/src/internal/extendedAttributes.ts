/** The operations on extended attributes (`xattr(7)`). */
import type { ExtendedAttributes } from "../InodeOperations.js"
import type { LinkOptions } from "../RootDirectory.js"
import { checkBytes, checkTexts } from "./arguments.js"
import { fail } from "./errno.js"
import { atOnce, type Context } from "./operation.js"

const onInode = <H, F, A>(
  context: Context<H, F>,
  syscall: string,
  path: string,
  { noFollow = false }: LinkOptions = {},
  use: (attributes: ExtendedAttributes<H>, inode: H) => A
): A =>
  atOnce(context, syscall, [path], (resolver) => {
    const inode = noFollow ? resolver.kept(path) : resolver.existing(path)
    return use(resolver.operations.extendedAttributes ?? fail("ENOTSUP"), inode)
  })

/** @internal */
export const getExtended = <H, F>(
  context: Context<H, F>,
  path: string,
  name: string,
  options?: LinkOptions
): Uint8Array | undefined => {
  checkTexts([name])
  return onInode(context, "getxattr", path, options, (attributes, inode) => attributes.get(inode, name))
}

/** @internal */
export const listExtended = <H, F>(
  context: Context<H, F>,
  path: string,
  options?: LinkOptions
): ReadonlyArray<string> => onInode(context, "listxattr", path, options, (attributes, inode) => attributes.list(inode))

/** @internal */
export const setExtended = <H, F>(
  context: Context<H, F>,
  path: string,
  name: string,
  value: Uint8Array,
  options?: LinkOptions
): void => {
  checkTexts([name])
  checkBytes(value, "value")
  onInode(context, "setxattr", path, options, (attributes, inode) => attributes.set(inode, name, value))
}

/** @internal */
export const removeExtended = <H, F>(
  context: Context<H, F>,
  path: string,
  name: string,
  options?: LinkOptions
): void => {
  checkTexts([name])
  onInode(context, "removexattr", path, options, (attributes, inode) => attributes.remove(inode, name))
}
