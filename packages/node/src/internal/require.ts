/** Finds packages by name, as `require` does, even from a bundle. */

/** Not imported: webpack removes some uses of `createRequire`. */
const createRequire = (place: string): NodeJS.Require => process.getBuiltinModule("node:module").createRequire(place)

/**
 * `undefined` in an ES module. Not by `typeof`, which webpack answers with "string" even there. With `node -e`, there is
 * a global one, `[eval]`, which is not a path.
 */
const fileName = (): string | undefined => {
  try {
    return __filename.startsWith("[") ? undefined : __filename
  } catch {
    return undefined
  }
}

/** In a program that Bun has compiled, every file has such a path, which is not on the disk. */
const IN_EXECUTABLE = "file:///$bunfs/"

/** The path of this file, unless it is in a bundle. */
const isOwn = (place: string): boolean => /\/internal\/require\.[jt]s$/.test(place)

/**
 * Where packages are looked for: from this file, or from the bundle or executable that contains it. A bundle in CommonJS
 * has its path in `__filename`, and any other in `import.meta.url`. In place of the other one of these two, webpack and
 * Bun put the path that this file had when they made the bundle. Nothing is looked for there, since where the program
 * runs, somebody else may have put other packages there.
 */
const places = (): ReadonlyArray<string> => {
  const url: string | undefined = import.meta.url?.toString() // some set it to a URL, for CommonJS
  const all = [fileName(), url?.startsWith(IN_EXECUTABLE) ? process.execPath : url].filter((place) =>
    place !== undefined
  )
  const bundles = all.filter((place) => !isOwn(place))
  return bundles.length > 0 ? bundles : all
}

const resolveFrom = (from: ReadonlyArray<string>, name: string): string => {
  const failures: Array<unknown> = []
  for (const place of from) {
    try {
      return createRequire(place).resolve(name)
    } catch (error) {
      failures.push(error)
    }
  }
  throw failures[0]
}

const THREAD = "@procfsroot/node/internal/worker"

/**
 * The file that a thread loads. Found like a package, since a bundler does not include it in its output.
 *
 * @internal
 */
export const threadFile = (): string => resolveFrom(places(), THREAD)

/**
 * The version of the package that `threadFile` is in.
 *
 * @internal
 */
export const threadVersion = (): string => {
  const manifest: { readonly version: string } = createRequire(threadFile())("@procfsroot/node/package.json")
  return manifest.version
}

/** Resolves an optional dependency of this package. Some package managers only show it to this package. */
const resolveDependency = (name: string): string => {
  try {
    return resolveFrom(places(), name)
  } catch (error) {
    try {
      return resolveFrom([threadFile()], name)
    } catch {
      throw error
    }
  }
}

/** @internal */
export const loadOptional = (name: string): unknown => {
  const file = resolveDependency(name)
  return createRequire(file)(file)
}
