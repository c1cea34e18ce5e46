/** Makes system calls that Node lacks. Failures are errors like those of Node. */
import { getSystemErrorName } from "node:util"
import { koffi } from "../native.js"

const bind = ({ errno, load }: ReturnType<typeof koffi>) => {
  const libc = load(null)
  const calling = (signature: string) => {
    const call = libc.func(signature)
    return (...args: ReadonlyArray<unknown>): number => {
      const result = Number(call(...args))
      if (result < 0) throw Object.assign(new Error(signature), { code: getSystemErrorName(-errno()) })
      return result
    }
  }
  return {
    mknod: calling("int mknod(const char *path, unsigned int mode, unsigned long dev)"),
    renameat2: calling("int renameat2(int olddir, const char *from, int newdir, const char *to, unsigned int flags)"),
    get: [
      calling("long getxattr(const char *path, const char *name, void *value, size_t size)"),
      calling("long lgetxattr(const char *path, const char *name, void *value, size_t size)")
    ],
    list: [
      calling("long listxattr(const char *path, void *list, size_t size)"),
      calling("long llistxattr(const char *path, void *list, size_t size)")
    ],
    set: [
      calling("int setxattr(const char *path, const char *name, void *value, size_t size, int flags)"),
      calling("int lsetxattr(const char *path, const char *name, void *value, size_t size, int flags)")
    ],
    remove: calling("int removexattr(const char *path, const char *name)")
  } as const
}

let bound: ReturnType<typeof bind> | undefined
const native = () => bound ??= bind(koffi())

const AT_FDCWD = -100
const flagsOf = { replace: 0, noreplace: 1, exchange: 2 } as const

const LARGEST = 65_536

/** The index of the function that follows a link, or of the one that does not. */
const which = (noFollow: boolean) => noFollow ? 1 : 0

export const rename = (from: string, to: string, mode: keyof typeof flagsOf): void =>
  void native().renameat2(AT_FDCWD, from, AT_FDCWD, to, flagsOf[mode])

export const mknod = (path: string, mode: number, major: number, minor: number): void =>
  void native().mknod(path, mode, major * 256 + minor)

export const getAttribute = (path: string, name: string, noFollow = false): Uint8Array => {
  const value = new Uint8Array(LARGEST)
  return value.slice(0, native().get[which(noFollow)](path, name, value, value.length))
}

export const listAttributes = (path: string, noFollow = false): ReadonlyArray<string> => {
  const list = Buffer.alloc(LARGEST)
  const length = native().list[which(noFollow)](path, list, list.length)
  return list.subarray(0, length).toString().split("\0").slice(0, -1)
}

export const setAttribute = (path: string, name: string, value: Uint8Array, noFollow = false): void =>
  void native().set[which(noFollow)](path, name, value, value.length, 0)

export const removeAttribute = (path: string, name: string): void => void native().remove(path, name)
