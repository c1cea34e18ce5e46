/** Files are read completely on the kernels whose reads that do not wait seem to be at the end (BUGS in `preadv2(2)`). */
import { temporary } from "@procfsroot/testkit/temporary"
import * as Program from "@procfsroot/vfs/Program"
import { closeSync, openSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import { fileOperations } from "../src/internal/fileSystem/fileOperations.js"
import { bindTransfers } from "../src/internal/native/transfer.js"
import { procfsCalls } from "../src/internal/procfs/systemCalls.js"

/** A library with which each call does what the kernel does if nothing is in the page cache. */
const nothingCached = {
  declare: () => () => 0,
  long: (value: number) => value,
  allocate: (length: number) => ({ pointer: undefined, bytes: new ArrayBuffer(length) }),
  addressOf: () => 1n
}

/** How much of a file of ten bytes is read on a kernel. */
const readOn = async (kernel: string): Promise<number> => {
  using box = temporary()
  writeFileSync(`${box.path}/f`, "0123456789")
  const fd = openSync(`${box.path}/f`, "r")
  try {
    const { read } = fileOperations({ ...procfsCalls, ...bindTransfers(nothingCached, kernel) })
    return await Program.runPromise(Program.sync(() => read(fd, new Uint8Array(10), 0)))
  } finally {
    closeSync(fd)
  }
}

it.each(["5.9.0", "5.9.16-200.fc33", "5.10.0-28-amd64", "5.10.205-195.804.amzn2"])(
  "Linux %s is not asked for what it has in the page cache",
  async (kernel) => {
    expect(await readOn(kernel)).toBe(10)
  }
)

it.each(["4.18.0-553.el8", "5.4.0", "5.8.18", "5.11.0", "5.15.0-91-generic", "5.100.0", "6.1.0"])(
  "Linux %s is asked, and its 0 is the end",
  async (kernel) => {
    expect(await readOn(kernel)).toBe(0)
  }
)
