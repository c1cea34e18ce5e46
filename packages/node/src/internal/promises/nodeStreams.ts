/**
 * Node's classes of streams for files, whose streams open their files in a root. A program may have replaced parts of
 * them: `graceful-fs` puts an `open` in them that opens the path on the host, whatever functions a stream is given.
 */
import type * as NodeFs from "node:fs"

/**
 * Node's types leave out the constructor, which `createReadStream` and `createWriteStream` call.
 *
 * @internal
 */
export type Class<S> = new(path: NodeFs.PathLike, options: object) => S

/** @internal */
export const classesOf = ({ ReadStream, WriteStream }: typeof NodeFs) => ({
  ReadStream: ReadStream as unknown as Class<NodeFs.ReadStream>, // as above
  WriteStream: WriteStream as unknown as Class<NodeFs.WriteStream>
})

type Opened = (error: unknown, fd?: number) => void

/** What a stream has for its `open`, which is not in Node's types. */
interface Opening extends NodeJS.EventEmitter {
  readonly path: string
  readonly flags: string
  readonly mode: number
  fd: number | null
  open?: () => void
}

/**
 * Makes a new stream open its file by this function, even if its class has a replaced `open`, unless a class that
 * inherits from it has its own. Node calls a replaced `open` later (`_construct` in its `lib/internal/fs/streams.js`),
 * and expects these events.
 *
 * @internal
 */
export const openBy = <S extends object>(
  { prototype }: Class<object>,
  made: S,
  open: (path: string, flags: string, mode: number, opened: Opened) => void
): S => {
  const stream = made as S & Opening // a stream of that class
  if (stream.open !== (prototype as Opening).open) return stream
  const openInRoot = () =>
    open(stream.path, stream.flags, stream.mode, (error, fd) => {
      if (fd === undefined) {
        stream.emit("error", error)
        return
      }
      stream.fd = fd
      stream.emit("open", fd)
      stream.emit("ready")
    })
  return Object.defineProperty(stream, "open", { value: openInRoot, configurable: true, writable: true })
}
