/** Assembles a file system from its operations, each of which is in a file of its own. */
import type { FileSystem, Options } from "../FileSystem.js"
import type { InodeOperations } from "../InodeOperations.js"
import { open, readFile, truncate, writeFile } from "./content.js"
import { copy } from "./copy.js"
import { copyFile } from "./copyFile.js"
import { access, chmod, chown, exists, lstat, realpath, stat, utimes } from "./inodes.js"
import { readDirectory, readDirectoryEntries } from "./list.js"
import { makeDirectories, makeTemporary, makeTemporaryFile, mkdir } from "./makeDirectories.js"
import { link, readlink, rename, rmdir, symlink, unlink } from "./names.js"
import type { Context } from "./operation.js"
import { make as makeRootDirectory } from "./rootDirectory.js"
import { policiesOf, temporaryDirectory } from "./pathPolicy.js"
import { onOneMount } from "./oneMount.js"
import { valueOf } from "./program.js"
import { remove } from "./remove.js"
import { Semaphore } from "./semaphore.js"
import { watch } from "./watch.js"

/** How many copies and operations on trees can run at once. Each of them keeps handles open; others wait. */
const CONCURRENT = 16

/** @internal */
export const make = <H, F>(operations: InodeOperations<H, F>, options: Options): FileSystem<F> => {
  const { directoryName, fileName, now, policy, writer } = options
  const context: Context<H, F> = {
    operations: policy?.mounts === "forbid" ? onOneMount(operations) : operations,
    policies: policiesOf(policy),
    limit: new Semaphore(CONCURRENT),
    now,
    directoryName,
    fileName,
    writer
  }
  return {
    access: (path, mode) => valueOf(access(context, path, mode)),
    chmod: (path, mode) => chmod(context, path, mode),
    chown: (path, uid, gid) => chown(context, path, uid, gid),
    copy: (from, to, options) => copy(context, from, to, options),
    copyFile: (from, to, options) => copyFile(context, from, to, options),
    exists: (path) => exists(context, path),
    link: (from, to) => link(context, from, to),
    lstat: (path) => valueOf(lstat(context, path)),
    makeDirectories: (path, mode) => makeDirectories(context, path, mode),
    makeTemporaryDirectory: (prefix) => makeTemporary(context, prefix),
    makeTemporaryFile: (prefix, suffix) => makeTemporaryFile(context, prefix, suffix),
    mkdir: (path, mode) => mkdir(context, path, mode),
    open: (path, flag, mode, noFollow) => open(context, path, flag, mode, noFollow),
    readDirectory: (path, recursive) => readDirectory(context, path, recursive),
    readDirectoryEntries: (path, recursive) => readDirectoryEntries(context, path, recursive),
    readFile: (path) => readFile(context, path),
    readLink: (path) => readlink(context, path),
    realPath: (path) => realpath(context, path),
    remove: (path, options) => remove(context, path, options),
    rename: (from, to) => rename(context, from, to),
    rootDirectory: makeRootDirectory(context),
    returning: {
      access: (path, mode) => access(context, path, mode),
      lstat: (path) => lstat(context, path),
      stat: (path) => stat(context, path)
    },
    rmdir: (path) => rmdir(context, path),
    stat: (path) => valueOf(stat(context, path)),
    symlink: (target, path) => symlink(context, target, path),
    temporaryDirectory: temporaryDirectory(policy),
    truncate: (path, size) => truncate(context, path, size),
    unlink: (path) => unlink(context, path),
    utimes: (path, atime, mtime) => utimes(context, path, atime, mtime),
    watch: (path, recursive, changed, ready) => watch(context, path, recursive, changed, ready),
    writeFile: (path, data, flag, mode, flush = false) => writeFile(context, path, data, flag, mode, flush)
  }
}
