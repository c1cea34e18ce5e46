/** Wraps a file system so that it only gets relative paths. */
import type { OpenFileSystem } from "../edition.js"

const withoutSlash = (path: string): string => path.startsWith("/") ? path.slice(1) || "." : path

const relativeArgument = (argument: unknown): unknown => {
  if (typeof argument === "string") return withoutSlash(argument)
  if (typeof argument !== "object" || argument === null || !("directory" in argument)) return argument
  return { ...argument, directory: withoutSlash(String(argument.directory)) }
}

/**
 * Removes the leading slash of every path, so that the operations of a race also work if absolute paths are refused.
 */
export const relative = (opened: OpenFileSystem): OpenFileSystem => ({
  ...opened,
  fs: new Proxy(opened.fs, {
    get: (fs, name) => {
      const method: unknown = Reflect.get(fs, name)
      return typeof method === "function"
        ? (...args: ReadonlyArray<unknown>): unknown => Reflect.apply(method, fs, args.map(relativeArgument))
        : method
    }
  })
})
