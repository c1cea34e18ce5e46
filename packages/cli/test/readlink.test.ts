import { afterAll, describe, expect, it } from "vitest"
import { run } from "./command.js"
import { plain, printed } from "./plain.js"

describe("readlink", () => {
  const tree = plain()
  afterAll(() => tree[Symbol.dispose]())

  it("prints the same as GNU readlink", () => {
    for (const option of ["", "-z"]) {
      expect(printed(`$bin readlink --root . ${option} tree/link tree/broken`, tree.path))
        .toBe(printed(`readlink ${option} tree/link tree/broken`, tree.path))
    }
  })

  it("reports a file that is not a link", () => {
    expect(run(["readlink", "--root", tree.path, "tree/one"])).toMatchObject({
      status: 1,
      stderr: `"tree/one" is not a symbolic link (EINVAL).\n`
    })
  })
})
