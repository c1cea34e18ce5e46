/**
 * Checks after each test file that Node still uses `statx(2)`. If a call of it fails with EPERM, EINVAL or EOPNOTSUPP,
 * libuv uses `fstatat(2)` from then on, in the whole process, and Node no longer knows when files were created. Tests
 * that cause such a failure must do so in a process of their own.
 */
import * as Fs from "node:fs"
import { afterAll, expect } from "vitest"
import { temporary } from "./temporary.js"

const birthOf = (path: string): bigint => Fs.statSync(path, { bigint: true }).birthtimeNs

const box = temporary()
const born = birthOf(box.path)

afterAll(() => {
  // Without `statx`, Node takes the time of the last change instead.
  Fs.chmodSync(box.path, 0o700)
  const now = birthOf(box.path)
  box[Symbol.dispose]()
  expect({ "uses statx": now === born }).toEqual({ "uses statx": true })
})
