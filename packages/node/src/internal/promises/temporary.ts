/** Temporary directories that remove themselves with everything in them. */
import { asyncDispose, dispose } from "./disposal.js"
import { type Encoded, encodingOf, nameIn, type PathLike } from "./texts.js"

type Options = Encoded | string | null

const whole = { force: true, recursive: true }

/** How a file system makes and removes a directory, which it names by a text without an encoding. */
interface Making<Made, Removed> {
  readonly mkdtemp: (prefix: PathLike) => Made
  readonly rm: (path: string, options: typeof whole) => Removed
}

/** @internal */
export const mkdtempDisposable =
  ({ mkdtemp, rm }: Making<Promise<string>, Promise<void>>) => async (prefix: PathLike, options?: Options) => {
    const encoding = encodingOf(options)
    const made = await mkdtemp(prefix)
    const remove = () => rm(made, whole)
    return { path: nameIn(made, encoding), remove, [asyncDispose]: remove }
  }

/** @internal */
export const mkdtempDisposableSync =
  ({ mkdtemp, rm }: Making<string, void>) => (prefix: PathLike, options?: Options) => {
    const encoding = encodingOf(options)
    const made = mkdtemp(prefix)
    const remove = () => rm(made, whole)
    return { path: nameIn(made, encoding), remove, [dispose]: remove }
  }
