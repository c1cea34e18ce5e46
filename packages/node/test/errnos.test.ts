/** Tests the names of errnos that few file systems have, with one that answers with them. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { startFuse } from "@procfsroot/testkit/fuse"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { describe, expect, it } from "vitest"

/** An error with the fields of the system call that failed. */
const fieldsOf = (error: unknown): unknown =>
  error instanceof Error
    ? { ...error, name: error.name, message: error.message, cause: fieldsOf(error.cause) }
    : typeof error === "object" && error !== null && "cause" in error
    ? { ...error, cause: fieldsOf(error.cause) }
    : error

const codeOf = (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(() => "no error", ({ code, errno, message }) => ({ code, errno, message }))

const typing = onlyOnNode("only Node looks up the types of names that a file system lists without types")

describe.skipIf(without("fuse"))("an errno of a file system", () => {
  it.each([
    [5, "EIO", "i/o error"],
    [74, "EBADMSG", "bad message"],
    [107, "ENOTCONN", "socket is not connected"],
    [112, "EHOSTDOWN", "host is down"],
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
      expect(await openRoot(fuse.path + path, { native }).catch((thrown: unknown) => thrown)).toMatchObject({
        code,
        errno: -errno
      })
    }
  })

  it.each(["auto", "none"] as const)(
    "ENOTDIR does not mean that the file is missing, by native calls: %s",
    async (native) => {
      await using fuse = await startFuse()
      await using root = await openRoot(fuse.path, { native })
      const { promises } = root
      const refused = { code: "ENOTDIR", errno: -20, path: "/errno20" }
      await expect(promises.readFile("/errno20")).rejects.toMatchObject(refused)
      await expect(promises.lstat("/errno20")).rejects.toMatchObject(refused)
      await expect(promises.rm("/errno20", { force: true })).rejects.toMatchObject(refused)
      await expect(promises.rm("/errno2", { force: true })).resolves.toBeUndefined()
    }
  )

  it.skipIf(without(typing)).each([undefined, "none"] as const)(
    "is reported as it was, if it is another one the next time: %s",
    async (native) => {
      await using fuse = await startFuse()
      await using root = await openRoot(fuse.path, { native })
      const failure = root.directory.readDirectoryEntries("/failsOnce5").catch(({ code }) => code)
      expect(await failure).toBe("EIO")
      // EINTR: the call is made again, and the file is missing by then.
      expect(await root.directory.readDirectoryEntries("/failsOnce4")).toEqual([{ name: "once4", type: "Unknown" }])
    }
  )

  it.each([{}, { native: "none" }, { offMainThread: true }] as const)("is never EINTR: %o", async (options) => {
    await using fuse = await startFuse()
    await using root = await openRoot(fuse.path, options)
    expect(await root.promises.readFile("/interrupted", "utf8")).toBe("hello")
    await root.directory.lutimes("/interrupted", 1n, 2n)
    if (root.strategy.native?.name === "none") return
    expect(await root.directory.getExtendedAttribute("/interrupted", "user.a")).toBeUndefined()
  })

  it.each([5, 116, 122])("%i is the same in another thread", async (errno) => {
    await using fuse = await startFuse()
    const path = `/errno${errno}`
    const errors = async (offMainThread: boolean): Promise<ReadonlyArray<unknown>> => {
      await using root = await openRoot(fuse.path, { native: "none", offMainThread })
      const found = [
        await openRoot(`${fuse.path}${path}`, { offMainThread }).catch((error: unknown) => error),
        await root.resolve(path).catch((error: unknown) => error),
        (await root.locate(path)).error,
        (await root.explain(path)).result.error,
        ...(await root.resolveAll([path])).map(({ error }) => error)
      ]
      return found.map(fieldsOf)
    }
    const found = await errors(true)
    expect(found).toHaveLength(5)
    expect(found).toEqual(await errors(false))
  })
})
