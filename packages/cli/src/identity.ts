/** Tells files apart. */
import type { BigIntStats } from "node:fs"

/** The device and inode of a file, which all its names share. */
export const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`
