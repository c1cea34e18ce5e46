/** Tests ACLs as text in archives, which `tar --acls` and bsdtar read and write. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { aclOf } from "../copy/boxes.js"
import { archive, bsdtar, extended, file, header, output, packFrom, record, unpackInto } from "./archives.js"

let place: ReturnType<typeof temporary>
const at = (name: string) => `${place.path}/${name}`

beforeEach(() => {
  place = temporary()
  Fs.mkdirSync(at("to"))
})
afterEach(() => place[Symbol.dispose]())

const [ACCESS, DEFAULT] = ["system.posix_acl_access", "system.posix_acl_default"]

const aclAt = async (name: string, attribute = ACCESS): Promise<ReadonlyArray<number> | undefined> => {
  await using root = await openRoot(place.path)
  const value = await root.directory.getExtendedAttribute(name, attribute)
  return value === undefined ? undefined : Array.from(value)
}

const modeAt = (name: string): string => (Fs.lstatSync(at(name)).mode & 0o777).toString(8)

const withMode = (type: string, name: string, mode: string): Buffer =>
  header(type, name, 0, (block) => void block.write(mode, 102))

const access = (text: string) => extended(record("SCHILY.acl.access", text))

describe.skipIf(without("koffi"))("ACLs in archives", () => {
  it.each([
    ["GNU tar", "user::rwx\nuser:1:rwx\ngroup::r--\nmask::rwx\nother::rwx\n", "00777"],
    ["bsdtar", "user::rwx,group::r--,other::rwx,user:bin:rwx:1,mask::rwx", "00747"]
  ])("of %s are kept, with the mode of the mask", async (_, text, mode) => {
    const input = archive(access(text), withMode("0", "f", mode))
    expect(await unpackInto(at("to"), input)).toEqual([])
    expect(await aclAt("to/f")).toEqual(Array.from(aclOf(7, 4)))
    expect(modeAt("to/f")).toBe("777")
  })

  it("of bsdtar do not give the group more than the mask", async () => {
    const text = "user::r--,group::rwx,other::r--,user:bin:r--:1,mask::r--"
    expect(await unpackInto(at("to"), archive(access(text), withMode("0", "f", "00474")))).toEqual([])
    expect(await aclAt("to/f")).toEqual(Array.from(aclOf(4, 7)))
    expect(modeAt("to/f")).toBe("444")
  })

  it.each([
    ["has a name without a number", "user::rwx\nuser:no one:rwx\ngroup::r--\nmask::rwx\nother::r--\n"],
    ["has a number that no user has", "user::rwx\nuser:4294967295:rwx\ngroup::r--\nmask::rwx\nother::r--\n"],
    ["is damaged", "user::rwx\nuser:1\ngroup::r--\nmask::rwx\nother::r--\n"]
  ])("are lost if one %s, and the group gets no more than they granted to it", async (_, text) => {
    const input = archive(access(text), withMode("0", "f", "00774"), file("good"))
    expect(await unpackInto(at("to"), input)).toEqual([
      "copied f: the ACL could not be kept: in the archive, a user or group in it has no number, which " +
      "\"tar --numeric-owner\" writes"
    ])
    expect(await aclAt("to/f")).toBeUndefined()
    expect(modeAt("to/f")).toBe("744")
  })

  it("that say no more than the mode are left out, but not for new files in a directory", async () => {
    const text = "user::rwx\ngroup::r-x\nother::---\n"
    const records = extended(record("SCHILY.acl.access", text), record("SCHILY.acl.default", text))
    expect(await unpackInto(at("to"), archive(records, withMode("5", "d", "00750")))).toEqual([])
    expect(await aclAt("to/d")).toBeUndefined()
    expect((await aclAt("to/d", DEFAULT))?.length).toBe(4 + 3 * 8)
    expect(modeAt("to/d")).toBe("750")
  })

  it("are those of the extended attribute if there is one, since it has all numbers", async () => {
    const records = [
      record(`SCHILY.xattr.${ACCESS}`, aclOf(5)),
      record("SCHILY.acl.access", "user::r-x\nuser:daemon:r-x\ngroup::r-x\nmask::r-x\nother::r-x\n")
    ]
    expect(await unpackInto(at("to"), archive(extended(...records), withMode("0", "f", "00555")))).toEqual([])
    expect(await aclAt("to/f")).toEqual(Array.from(aclOf(5)))
  })

  const make = async (): Promise<void> => {
    Fs.mkdirSync(at("d"))
    Fs.chmodSync(at("d"), 0o700)
    Fs.writeFileSync(at("d/f"), "")
    await using root = await openRoot(place.path)
    await root.directory.setExtendedAttribute("d/f", ACCESS, aclOf(6, 4))
    await root.directory.setExtendedAttribute("d", DEFAULT, aclOf(7, 5))
  }

  const check = async (): Promise<void> => {
    expect(await aclAt("to/d/f")).toEqual(Array.from(aclOf(6, 4)))
    expect(await aclAt("to/d", DEFAULT)).toEqual(Array.from(aclOf(7, 5)))
    expect(modeAt("to/d/f")).toBe("666")
    expect(modeAt("to/d")).toBe("700")
  }

  it("are written as text, too", async () => {
    await make()
    const { bytes } = await packFrom(place.path, "/d")
    const text = (own: string, group: string) =>
      `user::${own}\nuser:1:${own}\ngroup::${group}\nmask::${own}\nother::${own}\n`
    for (
      const part of [
        record("SCHILY.acl.access", text("rw-", "r--")),
        record("SCHILY.acl.default", text("rwx", "r-x"))
      ]
    ) {
      expect(bytes.includes(part)).toBe(true)
    }
  })

  it.skipIf(without(bsdtar))("that bsdtar writes are kept, and bsdtar keeps those of the command", async () => {
    await make()
    const input = output("bsdtar", ["-c", "--format=pax", "--acls", "-C", place.path, "d"])
    expect(await unpackInto(at("to"), input)).toEqual([])
    await check()
    Fs.rmSync(at("to/d"), { recursive: true })
    const { bytes } = await packFrom(place.path, "/d")
    output("bsdtar", ["-xp", "-C", at("to")], bytes)
    await check()
  })
})
