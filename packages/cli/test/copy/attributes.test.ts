/** Tests what a copy says of attributes that its file system cannot keep, or that the user may not change. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { AttributeCopy } from "../../src/copy/attributes.js"
import { tar } from "../tar/archives.js"
import { lines } from "../command.js"
import { aclOf, openBox } from "./boxes.js"
import { type Attribute, refusing, seccomp } from "./refusing.js"

/** The same file, but these methods fail. */
const refusingFile = (code: string, methods: ReadonlyArray<string | symbol>) => (file: FileSync): FileSync => {
  const refuse = () => {
    throw Object.assign(new Error(), { code })
  }
  return new Proxy(file, {
    get: (target, key) => {
      if (methods.includes(key)) return refuse
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === "function" ? value.bind(target) : value
    }
  })
}

/** A file of a mount whose files belong to another user, as those of vfat and CIFS can. */
const another = refusingFile("EPERM", ["chmod", "utimes"])

/** A file of an idmapped mount that does not have the owner. */
const foreign = refusingFile("EOVERFLOW", ["chown"])

/** A file of a file system without extended attributes, as many have none. */
const plain = refusingFile("ENOTSUP", ["setExtendedAttribute"])

describe("the attributes of a copy", () => {
  it("are lost if they cannot be set, which is said once for each", async () => {
    await using box = await openBox()
    Fs.writeFileSync(`${box.path}/from/f`, "")
    const stat = Fs.lstatSync(`${box.path}/from/f`, { bigint: true })
    const file = box.to.directorySync.openFile("/f", { flag: "w" })
    const copy = new AttributeCopy(false)
    try {
      const lost = ["the mode", "the times"].map((what) => `${what} could not be kept: operation not permitted (EPERM)`)
      expect(copy.toOpen({ stat }, another(file))).toEqual({ why: lost.join(", and "), isFailure: true })
      expect(copy.toOpen({ stat }, another(file))).toBeUndefined()
      expect(copy.toOpen({ stat }, file)).toBeUndefined()
    } finally {
      file.close()
    }
  })

  it("are lost if the owner has no id in an idmapped mount, which EOVERFLOW says", async () => {
    await using box = await openBox()
    Fs.writeFileSync(`${box.path}/from/f`, "")
    const stat = Fs.lstatSync(`${box.path}/from/f`, { bigint: true })
    using file = box.to.directorySync.openFile("/f", { flag: "w" })
    const why = "the owner could not be kept: a user or group has no id there (EOVERFLOW)"
    expect(new AttributeCopy(true).toOpen({ stat }, foreign(file))).toEqual({ why, isFailure: true })
  })

  it("give the group only what an ACL that is lost has granted to it", async () => {
    await using box = await openBox()
    Fs.writeFileSync(`${box.path}/from/f`, "")
    Fs.chmodSync(`${box.path}/from/f`, 0o676)
    const stat = Fs.lstatSync(`${box.path}/from/f`, { bigint: true })
    const file = box.to.directorySync.openFile("/f", { flag: "w" })
    const modeAfter = (name: string, group: number): number => {
      const extended = [[`system.posix_acl_${name}`, aclOf(7, group)]] as const
      new AttributeCopy(false).toOpen({ stat, extended }, plain(file))
      return Fs.fstatSync(file.fd).mode & 0o777
    }
    try {
      expect([0, 4, 7].map((group) => modeAfter("access", group))).toEqual([0o606, 0o646, 0o676])
      expect(modeAfter("default", 0)).toBe(0o676)
    } finally {
      file.close()
    }
  })

  it.each([true, false])("give no rights to a program in the place of a fifo, with owner: %s", async (owner) => {
    await using box = await openBox()
    const program = `${box.path}/to/program`
    Fs.writeFileSync(program, "#!")
    const { atimeNs, gid, mtimeNs, uid } = Fs.lstatSync(program, { bigint: true })
    const stat = { atimeNs, gid, mode: 0o016755n, mtimeNs, uid, isSymbolicLink: () => false }
    const extended = [["security.capability", Uint8Array.of(0, 0, 0, 2, ...new Uint8Array(16))]] as const
    const copy = new AttributeCopy(owner)
    expect(copy.toName({ stat, extended }, { root: box.to, path: "program" })).toBeUndefined()
    expect(Fs.lstatSync(program).mode).toBe(0o100755)
  })
})

describe.skipIf(without(seccomp, "koffi", "root", tar))("the exit status of a copy", () => {
  const sentence = (what: string) => expect.stringContaining(` was copied, but ${what} could not be kept: `)

  it.each<readonly [what: string, attribute: Attribute, errno: number, status: number]>([
    ["the owner", "owner", 1, 1],
    ["the owner", "owner", 22, 1],
    ["the mode", "mode", 1, 1],
    ["the times", "times", 1, 1],
    ["the times", "times", 95, 1],
    ["extended attributes", "extended", 95, 0],
    ["extended attributes", "extended", 1, 0]
  ])("that loses %s is that of cp -a and tar", async (what, attribute, errno, status) => {
    using place = temporary()
    Fs.mkdirSync(`${place.path}/s`)
    Fs.writeFileSync(`${place.path}/s/f`, "")
    Fs.chownSync(`${place.path}/s/f`, 7, 8)
    Fs.chmodSync(`${place.path}/s/f`, 0o641)
    await using root = await openRoot(place.path)
    await root.directory.setExtendedAttribute("s/f", "user.x", Uint8Array.of(1))
    const script = `
      cd "$1" && mkdir tar own && tar --xattrs -cf a.tar s
      cp -a s a && echo done
      $bin cp s b && echo done
      tar -xpf a.tar --xattrs -C tar && echo done
      $bin cp - own < a.tar && echo done`
    const { stderr, stdout } = refusing(attribute, errno, script, [place.path])
    expect(lines(stdout)).toEqual(status === 0 ? ["done", "done", "done", "done"] : [])
    expect(lines(stderr).filter((line) => line.includes("could not be kept"))).toEqual([sentence(what), sentence(what)])
  })

  it("that loses an ACL is that of cp -a", async () => {
    using place = temporary()
    Fs.writeFileSync(`${place.path}/f`, "")
    await using root = await openRoot(place.path)
    await root.directory.setExtendedAttribute("f", "system.posix_acl_access", aclOf(7))
    const { stderr, stdout } = refusing("extended", 95, "cd \"$1\" && cp -a f a; echo $?; $bin cp f b; echo $?", [
      place.path
    ])
    expect(lines(stdout)).toEqual(["1", "1"])
    expect(lines(stderr).at(-1)).toEqual(sentence("the ACL"))
  })

  it("that cannot read an ACL is that of cp -a", async () => {
    using place = temporary()
    Fs.writeFileSync(`${place.path}/f`, "")
    await using root = await openRoot(place.path)
    await root.directory.setExtendedAttribute("f", "user.x", Uint8Array.of(1))
    await root.directory.setExtendedAttribute("f", "system.posix_acl_access", aclOf(7))
    const script = "cd \"$1\" && cp -a f a; echo $?; $bin cp f b; echo $?; $bin cp f - > c; echo $?"
    const { stderr, stdout } = refusing("reading", 5, script, [place.path])
    expect(lines(stdout)).toEqual(["1", "1", "1"])
    expect(lines(stderr).at(-1)).toEqual(sentence("extended attributes"))
    expect(lines(stderr).at(-1)).toContain(", and the ACL could not be kept: ")
  })
  it.each([[5, "1"], [95, "0"]])(
    "is 1 if the names of extended attributes cannot be read, unless there are none: %i",
    (errno, status) => {
      using place = temporary()
      Fs.writeFileSync(`${place.path}/f`, "")
      const script = "cd \"$1\" && $bin cp f b; echo $?; $bin cp f - > c; echo $?"
      const { stderr, stdout } = refusing("listing", errno, script, [place.path])
      expect(lines(stdout)).toEqual([status, status])
      expect(lines(stderr)).toHaveLength(Number(status) * 2)
    }
  )
})
