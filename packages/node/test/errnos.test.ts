/** Tests the names of errnos that libuv does not know, with a file system that answers with them. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"

const codeOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(() => "no error", ({ code, errno, message }) => ({ code, errno, message }))

describe.skipIf(without("fuse"))("an errno of a file system", () => {
  it.each([
    [5, "EIO", "i/o error"],
    [74, "EBADMSG", "bad message"],
    [116, "ESTALE", "stale file handle"],
    [117, "EUCLEAN", "structure needs cleaning"],
    [122, "EDQUOT", "disk quota exceeded"],
    [126, "ENOKEY", "required key not available"]
  ])("%i is %s", async (errno, code, sentence) => {
    await using fuse = await startFuse()
    for (const native of ["auto", "none"] as const) {
      await using root = await openRoot(fuse.path, { native })
      const path = `/errno${errno}`
      const error = (syscall: string) => ({
        code,
        errno: -errno,
        message: `${code}: ${sentence}, ${syscall} '${path}'`
      })
      expect(await codeOf(root.promises.readFile(path))).toEqual(error("open"))
      expect(await codeOf(root.promises.lstat(path))).toEqual(error("lstat"))
      expect(await codeOf(root.promises.mkdir(path))).toEqual(error("mkdir"))
      expect(await root.resolve(path).catch((thrown: unknown) => thrown)).toMatchObject({ code })
    }
  })
})
