/** Finds the data of sparse files, and refuses files whose holes are too large to be read or written. */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import type { BigIntStats } from "node:fs"
import { type Place, textOf } from "./place.js"
import { Refused } from "./why.js"

/**
 * How many bytes of holes are read or written at most, where it is not known which bytes are holes, or in an archive.
 * This takes some seconds.
 */
const MAX_HOLES = 2 ** 34

/**
 * File systems where a file without blocks has no data, not even data that has not been written to the disk yet: ext,
 * XFS, Btrfs, tmpfs (`include/uapi/linux/magic.h`). The number of blocks that ZFS and FUSE report is not reliable.
 */
const COUNTS_BLOCKS: ReadonlySet<bigint> = new Set([0xef53n, 0x58465342n, 0x9123683en, 0x01021994n])

/** Node reads a number of 2^63 or more, which only a broken file system reports, as a negative one. */
const storedOf = ({ blocks }: BigIntStats): number => Number(BigInt.asUintN(64, blocks) * 512n)

/** The size of a file, if it can be a position. */
export const sizeOf = ({ size }: BigIntStats): number => {
  if (size > Number.MAX_SAFE_INTEGER) throw new Refused("it is larger than 8 PiB")
  return Number(size)
}

/** Whether a file may have holes. */
export const isSparse = (stat: BigIntStats): boolean => storedOf(stat) < stat.size

/** The size of a file in an archive, where holes are zeros. A file with too many of them is refused. */
export const packedSizeOf = (stat: BigIntStats): number => {
  const [size, stored] = [sizeOf(stat), storedOf(stat)]
  if (size - stored <= MAX_HOLES) return size
  throw new Refused(
    `its size is ${size} bytes, of which only ${stored} are stored: the holes are too large to be written as zeros`
  )
}

const hasNoData = (place: Place, { blocks }: BigIntStats): boolean =>
  blocks === 0n && COUNTS_BLOCKS.has(place.root.directorySync.statfs(textOf(place)).type)

/**
 * The parts of a file that have data. Without native calls, and in some file systems, it is not known where holes are, so
 * they have to be read too. Then a file with more of them than can be read in bounded time is refused, unless its number
 * of blocks shows that it has no data.
 */
export function* extentsOf(place: Place, file: FileSync, stat: BigIntStats): Generator<Extent> {
  const [size, stored] = [sizeOf(stat), storedOf(stat)]
  let bytes = 0
  for (let next = file.nextData(0); next !== undefined; next = file.nextData(next.end)) {
    const { start } = next
    const end = Math.min(next.end, size)
    if (start >= end) return
    bytes += end - start
    if (bytes - stored > MAX_HOLES) {
      if (hasNoData(place, stat)) return
      throw new Refused(
        `its size is ${size} bytes, of which only ${stored} are stored: the holes are too large to read`
      )
    }
    yield { start, end }
  }
}

/** Refuses a file as `extentsOf` does, without copying it. */
export const checkExtents = (place: Place, file: FileSync, stat: BigIntStats): void => {
  const extents = extentsOf(place, file, stat)
  while (extents.next().done !== true);
}
