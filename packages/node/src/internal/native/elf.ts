/**
 * Checks that a library file is complete. The dynamic linker maps as many bytes as the headers say. In a truncated
 * file, some of them are beyond its end, and reading those raises SIGBUS.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs"

/** Offsets and sizes in `elf(5)`, for 32 and 64 bits. */
const layouts = {
  1: { header: 52, tableAt: 28, sizeAt: 42, countAt: 44, offsetAt: 4, lengthAt: 16 },
  2: { header: 64, tableAt: 32, sizeAt: 54, countAt: 56, offsetAt: 8, lengthAt: 32 }
} as const

const MAGIC = 0x7f45_4c46
const PT_LOAD = 1

const read = (fd: number, offset: number, length: number): DataView | undefined => {
  const bytes = new Uint8Array(length)
  return readSync(fd, bytes, 0, length, offset) === length ? new DataView(bytes.buffer) : undefined
}

const holdsAll = (fd: number): boolean => {
  const { size } = fstatSync(fd)
  const mark = read(fd, 0, 16)
  if (mark === undefined || mark.getUint32(0) !== MAGIC) return false
  const wide = mark.getUint8(4) === 2
  const little = mark.getUint8(5) === 1
  const layout = layouts[wide ? 2 : 1]
  const word = (view: DataView, at: number): number =>
    wide ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little)
  const header = read(fd, 0, layout.header)
  if (header === undefined) return false
  const entry = header.getUint16(layout.sizeAt, little)
  const count = header.getUint16(layout.countAt, little)
  const table = read(fd, word(header, layout.tableAt), entry * count)
  if (table === undefined) return false
  return Array.from({ length: count }, (_, i) => i * entry).every((at) =>
    table.getUint32(at, little) !== PT_LOAD ||
    word(table, at + layout.offsetAt) + word(table, at + layout.lengthAt) <= size
  )
}

/** @internal */
export const isWhole = (path: string): boolean => {
  const fd = openSync(path, "r")
  try {
    return holdsAll(fd)
  } finally {
    closeSync(fd)
  }
}
