/** Finds packages by name, as `require` does, even from a bundle. */

/** Not imported: webpack removes some uses of `createRequire`. */
const createRequire = (place: string): NodeJS.Require => process.getBuiltinModule("node:module").createRequire(place)

/** `undefined` in an ES module. Not by `typeof`, which webpack answers with "string" even there. */
const fileName = (): string | undefined => {
  try {
    return __filename
  } catch {
    return undefined
  }
}

/** In a program that Bun has compiled, every file has such a path, which is not on the disk. */
const IN_EXECUTABLE = "file:///$bunfs/"

/**
 * Where packages are looked for: from this file, or from the bundle or executable that contains it. A bundle in CommonJS
 * has its path in `__filename`. It has no `import.meta.url` or, if webpack made it, the one that this file had there.
 */
const places = (): ReadonlyArray<string> => {
  const url: string | undefined = import.meta.url
  return [fileName(), url?.startsWith(IN_EXECUTABLE) ? process.execPath : url].filter((place) => place !== undefined)
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
