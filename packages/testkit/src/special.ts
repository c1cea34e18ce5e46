/** Makes special files, for which Node has no function. A process for each of them would take far longer. */
import { constants } from "node:fs"
import { checked, koffi } from "./native.js"

const types = {
  FIFO: constants.S_IFIFO,
  Socket: constants.S_IFSOCK,
  CharacterDevice: constants.S_IFCHR,
  BlockDevice: constants.S_IFBLK
}

/** The numbers of `/dev/null`: major 1, minor 3. */
const DEVICE = 0x103

let mknod: ((path: string, mode: number, device: number) => number) | undefined

export const makeSpecial = (path: string, type: keyof typeof types, mode = 0o644): void => {
  mknod ??= koffi().load(null).func("int mknod(const char *path, uint mode, ulong device)")
  checked(mknod(path, types[type] | mode, type.endsWith("Device") ? DEVICE : 0), "mknod")
}
