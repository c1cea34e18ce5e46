/** Tests how the errno of a failed system call is described. */
import { constants } from "node:os"
import { describe, expect, it } from "vitest"
import { whyOf } from "../../src/copy/why.js"

describe("an errno that Node does not name", () => {
  const failed = (code: string, errno?: number) => whyOf(Object.assign(new Error(), { code, errno }))

  it.each(
    [["EDQUOT", "disk quota exceeded"], ["ESTALE", "stale file handle"]] as const
  )("%s is named, as by strerror", (name, description) => {
    const errno = -constants.errno[name]
    const sentence = `${description} (${name})`
    expect([failed(`Unknown system error ${errno}`, errno), failed("UNKNOWN", errno)]).toEqual([sentence, sentence])
  })

  it("is reported with its number if it is not known", () => {
    expect(failed("Unknown system error -900")).toBe("Unknown system error -900")
  })
})
