/** Buffers the bytes of an archive as they are read. */
import { Broken } from "./entry.js"
import { whyOf } from "./why.js"

const NOTHING = Buffer.alloc(0)

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Buffers that were returned stay valid, because their memory is not reused. */
export class Input {
  readonly #parts: AsyncIterator<Uint8Array>
  readonly #isPiped: boolean
  #buffer: Buffer = NOTHING
  #at = 0
  #position = 0
  /** Makes the pending read fail with this error. */
  #stop: (error: Error) => void = () => {}
  #isStopped = false

  constructor(input: AsyncIterable<Uint8Array>, isPiped: boolean) {
    this.#parts = input[Symbol.asyncIterator]()
    this.#isPiped = isPiped
  }

  /** How many bytes have been taken so far. */
  get position(): number {
    return this.#position
  }

  /** How many bytes can be taken without reading. */
  get ready(): number {
    return this.#buffer.length - this.#at
  }

  /** Reads until `length` bytes can be taken. Returns false if the input ends before. */
  async has(length: number): Promise<boolean> {
    if (this.ready >= length) return true
    const parts = this.ready === 0 ? [] : [this.#buffer.subarray(this.#at)]
    let { ready } = this
    while (ready < length) {
      const part = await this.#next()
      if (part === undefined) break
      parts.push(part)
      ready += part.length
    }
    const [only = NOTHING] = parts
    this.#buffer = parts.length > 1 ? Buffer.concat(parts, ready) : only
    this.#at = 0
    return ready >= length
  }

  take(length: number): Buffer {
    const taken = this.#buffer.subarray(this.#at, this.#at + length)
    this.#at += taken.length
    this.#position += taken.length
    return taken
  }

  /** Returns the bytes that are available, but at most `most`, and `undefined` at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.ready === 0) {
      const part = await this.#next()
      if (part === undefined) return undefined
      this.#buffer = part
      this.#at = 0
    }
    return this.take(most)
  }

  /**
   * Reads to the end what a program may still be writing. Other input has nothing of interest after an archive, and may
   * have no end, such as /dev/zero.
   */
  async drain(): Promise<void> {
    while (this.#isPiped && await this.#next() !== undefined);
  }

  stop(): void {
    this.#isStopped = true
    this.#stop(new Error("interrupted"))
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        this.#stop = reject
        if (this.#isStopped) return reject(new Error("interrupted"))
        this.#parts.next().then(resolve, reject)
      })
      return done === true ? undefined : asBuffer(value)
    } catch (error) {
      throw new Broken(`The standard input cannot be read: ${whyOf(error)}.`)
    }
  }
}
