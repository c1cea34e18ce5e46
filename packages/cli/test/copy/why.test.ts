/** Tests how the errno of a failed system call is described. */
import { constants } from "node:os"
import { describe, expect, it } from "vitest"
import { ofCopy, ofDestination, whyOf } from "../../src/copy/why.js"
import { TooManyNames } from "../../src/room.js"

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

describe("EOVERFLOW", () => {
  const error = Object.assign(new Error(), { code: "EOVERFLOW" })
  const noId = "you have no id there; run this as a user who has one, or, for a container, as root (EOVERFLOW)"
  const failing = () => {
    throw error
  }

  it("of a file that is created says that the user who copies has no id in that mount", async () => {
    expect(() => ofCopy(failing)).toThrow(`its copy cannot be made: ${noId}`)
    await expect(ofDestination("/d", failing)).rejects.toThrow(`its destination /d cannot be used: ${noId}`)
  })

  it("of a directory that is listed says that it has too many names", () => {
    expect(whyOf(new TooManyNames())).toBe("it has too many names to keep them in memory (EOVERFLOW)")
  })
})
