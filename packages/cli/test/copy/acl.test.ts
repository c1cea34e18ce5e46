/** Tests ACLs as the values of extended attributes: their ids in another user namespace, and what they hide of a mode. */
import { describe, expect, it } from "vitest"
import { ACCESS, convertAcl, decodeAcl, DEFAULT, encodeAcl, onlyMasked, UNKNOWN_ID } from "../../src/copy/acl.js"
import { aclOf } from "./boxes.js"

const entries = [
  { tag: 1, permissions: 7, id: UNKNOWN_ID },
  { tag: 2, permissions: 6, id: 5 },
  { tag: 4, permissions: 5, id: UNKNOWN_ID },
  { tag: 8, permissions: 4, id: 5 },
  { tag: 16, permissions: 3, id: UNKNOWN_ID },
  { tag: 32, permissions: 2, id: UNKNOWN_ID }
]

/** A user namespace in which users and groups have different ids, and only the first ten of them. */
const conversion = {
  user: (id: number) => id < 10 ? 100_000 + id : undefined,
  group: (id: number) => id < 10 ? 200_000 + id : undefined,
  keepsRights: true,
  isKnown: () => true,
  root: (id: number) => id
}

describe("the ids in an ACL", () => {
  it("are converted as those of users and of groups, without a change to the original", () => {
    const value = Buffer.from(encodeAcl(entries))
    const before = Buffer.from(value)
    const converted = convertAcl(value, conversion)
    expect(decodeAcl(converted ?? new Uint8Array(4))).toEqual(
      entries.map((entry) => ({ ...entry, id: { 2: 100_005, 8: 200_005 }[entry.tag] ?? entry.id }))
    )
    expect(value).toEqual(before)
  })

  it.each([2, 8])("are not converted if one of them, with the tag %d, is missing there", (missing) => {
    const withId = (id: number) => encodeAcl(entries.map((entry) => entry.tag === missing ? { ...entry, id } : entry))
    expect(convertAcl(withId(9), conversion)).toBeDefined()
    expect(convertAcl(withId(10), conversion)).toBeUndefined()
    expect(convertAcl(withId(UNKNOWN_ID), { ...conversion, user: () => 1, group: () => 1 })).toBeUndefined()
  })
})

it("the bits of the mode that only the mask has are those that the owning group lacks", () => {
  expect(onlyMasked(ACCESS, aclOf(7, 5))).toBe(0o020)
  expect(onlyMasked(ACCESS, aclOf(7, 0))).toBe(0o070)
  expect(onlyMasked(ACCESS, aclOf(7))).toBe(0)
  expect(onlyMasked(DEFAULT, aclOf(7, 0))).toBe(0)
  expect(onlyMasked("user.x", aclOf(7, 0))).toBe(0)
})
