/** The directory of one test, with the destination `to` and the file `secret`, which is outside of it. */
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { afterEach, beforeEach } from "vitest"

/** Makes the directory for each test of the file that calls this: its path, and the path of a name in it. */
export const eachPlace = () => {
  let directory: ReturnType<typeof temporary>
  const at = (name: string): string => `${directory.path}/${name}`
  beforeEach(() => {
    directory = temporary()
    Fs.mkdirSync(at("to"))
    Fs.writeFileSync(at("secret"), "outside")
  })
  afterEach(() => directory[Symbol.dispose]())
  return {
    at,
    get path() {
      return directory.path
    }
  }
}
