/** A directory for tests of a root. */
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"

/** A directory with a file, a link to it, a loop and many names. */
export const box = (names = 0) => {
  const directory = temporary()
  Fs.mkdirSync(`${directory.path}/d`)
  Fs.writeFileSync(`${directory.path}/f`, "content")
  Fs.symlinkSync("/f", `${directory.path}/d/link`)
  Fs.symlinkSync("/loop", `${directory.path}/loop`)
  for (let i = 0; i < names; i++) Fs.writeFileSync(`${directory.path}/d/${i}`, "")
  return directory
}
