/** A user other than root can have capabilities (`capabilities(7)`), which access(2) ignores. */
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { expect, it } from "vitest"

const NOBODY = "65534"

it.skipIf(without("root", "openat2")).each([
  ["+dac_override,+fowner", "done"],
  ["+fowner", "EACCES"]
])("with the capabilities %s, copying onto another user's file is %s", async (capabilities, outcome) => {
  using directory = temporary()
  fs.chmodSync(directory.path, 0o755)
  fs.mkdirSync(`${directory.path}/closed`, { mode: 0o755 })
  for (const name of ["source", "closed/f", "closed/g"]) {
    fs.writeFileSync(`${directory.path}/${name}`, "", { mode: 0o644 })
  }
  const program = await bundled(new URL("./programs/capabilities.ts", import.meta.url))
  const user = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
  const args = [...user, "--inh-caps", capabilities, "--ambient-caps", capabilities, process.execPath, program]
  const printed = execFileSync("setpriv", [...args, directory.path], { encoding: "utf8", timeout: 60_000 })
  const expected = { copyFile: outcome, cp: outcome }
  expect(JSON.parse(printed)).toEqual({ expected, found: expected })
})
