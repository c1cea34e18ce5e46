/** Makes archives by a library, which accepts any names. */
import { type Pack, pack } from "tar-stream"

export type Header = Parameters<Pack["entry"]>[0]

export const archive = async (...entries: ReadonlyArray<readonly [Header, string?]>): Promise<Buffer> => {
  const stream = pack()
  for (const [header, content = ""] of entries) stream.entry(header, content)
  stream.finalize()
  const parts: Array<Uint8Array> = []
  for await (const part of stream) parts.push(part as Uint8Array) // the library yields only bytes
  return Buffer.concat(parts)
}
