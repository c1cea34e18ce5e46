/**
 * Checks after each test file that it has left the process as it found it, since the next file runs in it too. What would
 * be different for that file must be put back, or happen in a process of its own.
 *
 * One thing cannot be put back: if a call of `statx(2)` fails with EPERM, EINVAL or EOPNOTSUPP, libuv uses `fstatat(2)`
 * from then on, in the whole process, and Node no longer knows when files were created.
 */
import * as Fs from "node:fs"
import { afterAll, beforeAll, expect } from "vitest"
import { type Temporary, temporary } from "./temporary.js"

const birthOf = (path: string): bigint => Fs.statSync(path, { bigint: true }).birthtimeNs

const settings = () => ({
  "working directory": process.cwd(),
  umask: process.umask(),
  users: [process.getuid?.(), process.geteuid?.(), process.getgid?.(), process.getegid?.()]
})

const before = settings()
const variables = { ...process.env }

let box: Temporary
let born: bigint

// Not at the top: if all tests of a file are skipped, `afterAll` does not run.
beforeAll(() => {
  box = temporary()
  born = birthOf(box.path)
})

afterAll(() => {
  // Without `statx`, Node takes the time of the last change instead.
  Fs.chmodSync(box.path, 0o700)
  const now = birthOf(box.path)
  box[Symbol.dispose]()
  const names = Object.keys({ ...variables, ...process.env })
  const changed = names.filter((name) => process.env[name] !== variables[name])
  expect({ ...settings(), "uses statx": now === born, "changed variables": changed }).toEqual({
    ...before,
    "uses statx": true,
    "changed variables": []
  })
})
