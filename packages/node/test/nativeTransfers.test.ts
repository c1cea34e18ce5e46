/** What native reads and writes ask of the kernel, and when they are left to Node. */
import { nativeLibrary } from "@procfsroot/testkit/nativeLibrary"
import { expect, it } from "vitest"
import { bindTransfers } from "../src/internal/native/transfer.js"

/** `include/uapi/linux/fs.h`. */
const RWF_NOWAIT = 0x8

/** As much memory as the library allocates for all calls. */
const MOST = 65_536

const KERNEL = "6.1.0"

it("they never wait for a device", () => {
  const flags: Array<unknown> = []
  const library = nativeLibrary(() => (...args) => {
    flags.push(args.at(-1))
    return 1
  })
  const { readNow, writeNow } = bindTransfers(library, KERNEL)
  expect([readNow?.(3, new Uint8Array(1), 0), writeNow?.(3, new Uint8Array(1), undefined)]).toEqual([1, 1])
  expect(flags).toEqual([RWF_NOWAIT, RWF_NOWAIT])
})

it("they are not asked for more than there is memory for", () => {
  const { readNow, writeNow } = bindTransfers(nativeLibrary(() => () => MOST), KERNEL)
  expect([readNow?.(3, new Uint8Array(MOST), 0), writeNow?.(3, new Uint8Array(MOST), 0)]).toEqual([MOST, MOST])
  const bytes = new Uint8Array(MOST + 1)
  expect([readNow?.(3, bytes, 0), writeNow?.(3, bytes, 0)]).toEqual([undefined, undefined])
})

it("they are missing if the C library has none, as musl before 1.2.5, or if addresses do not have 64 bits", () => {
  const missing = nativeLibrary((name) => {
    throw new Error(`${name} is missing`)
  })
  expect(bindTransfers(missing, KERNEL)).toEqual({})
  expect(bindTransfers({ ...nativeLibrary(), addressOf: () => undefined }, KERNEL)).toEqual({})
})
