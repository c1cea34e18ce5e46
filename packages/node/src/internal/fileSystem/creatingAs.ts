/** System calls that create files as another user. */
import * as Policy from "@procfsroot/path/Policy"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Creator } from "../../FileSystem.js"
import { MAX_ID } from "../limits.js"
import type { CreateAs, SystemCalls } from "../systemCalls.js"

/** Without native calls, nothing can be created as another user. */
const cannot: CreateAs = () => () => {
  throw Errno.make("ENOTSUP")
}

/**
 * The kernel asks who creates a file wherever a directory gets a new name (`may_create` in `fs/namei.c`), so for links
 * and renames too.
 *
 * @internal
 */
export const creatingAs = (calls: SystemCalls, creator: Creator): SystemCalls => {
  const { create, createAs = cannot, link, mkdir, mknod, rename, symlink } = calls
  Policy.wholeNumber("createAs.uid", creator.uid, MAX_ID)
  Policy.wholeNumber("createAs.gid", creator.gid, MAX_ID)
  const as = createAs(creator)
  return {
    ...calls,
    create: (place, flags, mode) => as(() => create(place, flags, mode)),
    mkdir: (place, mode) => as(() => mkdir(place, mode)),
    symlink: (target, place) => as(() => symlink(target, place)),
    link: (from, to) => as(() => link(from, to)),
    rename: (from, to, mode) => as(() => rename(from, to, mode)),
    ...(mknod === undefined ? {} : { mknod: (place, node, mode) => as(() => mknod(place, node, mode)) })
  }
}
