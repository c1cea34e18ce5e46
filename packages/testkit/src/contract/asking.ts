/** Calls Node itself, and fails with the same errors as the edition that judges. */
import { PlainFailure } from "../edition.js"

const reasons: Readonly<Record<string, string>> = {
  EACCES: "PermissionDenied",
  EBUSY: "Busy",
  EEXIST: "AlreadyExists",
  EISDIR: "BadResource",
  ELOOP: "BadResource",
  ENOENT: "NotFound",
  ENOTDIR: "BadResource"
}

export const ask = async <A>(method: string, path: string, call: () => Promise<A>): Promise<A> => {
  try {
    return await call()
  } catch (cause) {
    const { code = "", syscall = "unknown" } = cause as NodeJS.ErrnoException // `node:fs` rejects with nothing else
    throw new PlainFailure({
      tag: "SystemError",
      module: "FileSystem",
      method,
      reason: reasons[code] ?? "Unknown",
      pathOrDescriptor: path,
      syscall,
      cause
    }, cause)
  }
}
