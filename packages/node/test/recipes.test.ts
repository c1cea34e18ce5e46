/** The recipes with promises are tests for Node's own test runner, which runs them here. */
import { bundled } from "@procfsroot/testkit/bundle"
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { recipesFor } from "@procfsroot/testkit/recipes"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"

const runner = onlyOnNode("only Node has `node --test`")

describe("the recipes with promises", () => {
  it.skipIf(without(runner))("pass in the test runner of Node", async () => {
    const own = recipesFor("Promises")
    using box = temporary()
    const files = await Promise.all(own.map(({ code }, index) => {
      const file = `${box.path}/recipe${index + 1}.ts`
      writeFileSync(file, code)
      return bundled(pathToFileURL(file))
    }))
    const { status, stderr, stdout } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], {
      encoding: "utf8"
    })
    expect(status, `${stdout}${stderr}`).toBe(0)
    // A file without tests would pass as well.
    const names = own.map(({ code }) => /^test\("(.*?)"/m.exec(code)?.[1] ?? "no test")
    expect(names.filter((name) => !stdout.includes(` - ${name}\n`))).toEqual([])
  })
})
