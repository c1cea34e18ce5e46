/** Tests what becomes of users and groups in roots of processes with a user namespace of their own. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { userNamespaces, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { type InUserNamespace, startInUserNamespace } from "@procfsroot/testkit/userNamespace"
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { between, idsOf, own, packing, unpacking, type UserNamespace, userNamespaceOf } from "../src/userNamespace.js"
import { bin, lines, run, shell } from "./command.js"
import { aclOf } from "./copy/boxes.js"

const namespace = (first: number, length = 65_536): UserNamespace => {
  const text = `         0 ${first}      ${length}\n`
  return { users: idsOf(text), groups: idsOf(text), maps: text }
}

describe("ids", () => {
  it("are those of the maps of a user namespace", () => {
    const { inside, outside } = idsOf("         0     100000      65536\n     70000       5 1\n")
    expect([100_000, 101_000, 165_535, 165_536, 0, 5].map(inside)).toEqual([
      0,
      1_000,
      65_535,
      undefined,
      undefined,
      70_000
    ])
    expect([0, 1_000, 65_535, 65_536, 70_000].map(outside)).toEqual([100_000, 101_000, 165_535, undefined, 5])
  })

  it("stay the same for both sides of a copy", () => {
    const [a, b, small] = [namespace(100_000), namespace(300_000), namespace(500_000, 10)]
    const ids = [0, 7, 1_000, 100_000, 100_007, 101_000]
    expect(ids.map(between(own, a).user)).toEqual([100_000, 100_007, 101_000, undefined, undefined, undefined])
    expect(ids.map(between(a, own).user)).toEqual([0, 7, 1_000, 0, 7, 1_000])
    expect(ids.map(between(a, b).user)).toEqual([undefined, undefined, undefined, 300_000, 300_007, 301_000])
    expect(ids.map(between(a, small).group)).toEqual([undefined, undefined, undefined, 500_000, 500_007, undefined])
    expect(ids.map(between(a, namespace(100_000)).user)).toEqual(ids)
    expect(ids.map(packing(a).user)).toEqual([65_534, 65_534, 65_534, 0, 7, 1_000])
    expect([0, 100_000].map(between(own, a).root)).toEqual([100_000, undefined])
    expect([0, 100_000].map(between(a, own).root)).toEqual([0, 100_000])
    expect([0, 100_000].map(between(a, b).root)).toEqual([0, 100_000])
    expect([0, 100_000, 5].map(packing(a).root)).toEqual([0, 0, 65_534])
    expect(unpacking(a).root(0)).toBe(100_000)
    expect(ids.map(unpacking(a).group)).toEqual([100_000, 100_007, 101_000, undefined, undefined, undefined])
  })

  it("are those of groups for groups, whose map can be another", () => {
    const [users, groups] = [namespace(100_000), namespace(200_000)]
    const both: UserNamespace = { users: users.users, groups: groups.groups, maps: `${users.maps}\n${groups.maps}` }
    const of = ({ group, user }: { readonly [kind in "user" | "group"]: (id: number) => number | undefined }) =>
      [user, group].map((convert) => [7, 100_007, 200_007].map(convert))
    expect(of(between(own, both))).toEqual([[100_007, undefined, undefined], [200_007, undefined, undefined]])
    expect(of(between(both, own))).toEqual([[7, 7, 200_007], [7, 100_007, 7]])
    expect(of(between(both, users))).toEqual([[undefined, 100_007, undefined], [undefined, undefined, 100_007]])
    expect(of(unpacking(both))).toEqual(of(between(own, both)))
    expect(of(packing(both))).toEqual([[65_534, 7, 65_534], [65_534, 65_534, 7]])
  })
})

it("are told apart by their names, since AppArmor can forbid to look at what the links of procfs lead to", () => {
  using directory = temporary()
  Fs.mkdirSync(`${directory.path}/ns`)
  Fs.symlinkSync(Fs.readlinkSync("/proc/self/ns/user"), `${directory.path}/ns/user`)
  expect(userNamespaceOf(directory.path)).toBe(own)
})

/** A capability as an extended attribute, with the id of the root of a user namespace or without. */
const capabilitiesOf = (root?: number): Uint8Array => {
  const value = new Uint8Array(root === undefined ? 20 : 24)
  value.set([1, 0, 0, root === undefined ? 2 : 3, 0, 4])
  if (root !== undefined) new DataView(value.buffer).setUint32(20, root, true)
  return value
}

const hidingKoffi = `import Module from "node:module"
const load = Module._load
Module._load = (name, ...rest) => {
  if (name.includes("/@koromix/")) throw Object.assign(new Error(name), { code: "MODULE_NOT_FOUND" })
  return load(name, ...rest)
}`

/** Options with which Node does not find koffi, and prints no warning about it. */
const noKoffi = ["--no-warnings", "--import", `data:text/javascript,${encodeURIComponent(hidingKoffi)}`]

const done = { status: 0, stderr: "" }

interface Seen {
  readonly mode: string
  readonly uid: number
  readonly gid: number
}

const seen = (path: string): Seen => {
  const { gid, mode, uid } = Fs.lstatSync(path)
  return { mode: (mode & 0o7777).toString(8), uid, gid }
}

describe.skipIf(without(userNamespaces, "root"))("in a user namespace", () => {
  const processes: Array<InUserNamespace> = []
  let [a, b]: ReadonlyArray<string | undefined> = []

  beforeAll(async () => {
    processes.push(await startInUserNamespace(100_000), await startInUserNamespace(300_000))
    ;[a, b] = processes.map(({ pid }) => `pid:${pid}:`)
  })

  afterAll(async () => {
    for (const process of processes) await process[Symbol.asyncDispose]()
  })

  /** A directory with a file of the user 5, a program of root with a set-id bit, and a link. */
  const box = (first: number) => {
    const directory = temporary()
    const { path } = directory
    Fs.chmodSync(path, 0o755)
    Fs.mkdirSync(`${path}/s`)
    Fs.writeFileSync(`${path}/s/f`, "")
    Fs.writeFileSync(`${path}/s/program`, "")
    Fs.symlinkSync("f", `${path}/s/link`)
    for (const name of ["s", "s/f", "s/program", "s/link"]) Fs.lchownSync(`${path}/${name}`, first, first)
    Fs.chownSync(`${path}/s/f`, first + 5, first + 6)
    Fs.chmodSync(`${path}/s/program`, 0o4755)
    return directory
  }

  const written = (path: string) =>
    Object.fromEntries(["", "/f", "/program", "/link"].map((name) => [name, seen(path + name)]))

  const expected = (first: number, mode: string) => ({
    "": { mode: "755", uid: first, gid: first },
    "/f": { mode: "644", uid: first + 5, gid: first + 6 },
    "/program": { mode, uid: first, gid: first },
    "/link": { mode: "777", uid: first, gid: first }
  })

  const withoutSetId = expect.stringMatching(
    /program was copied, but set-id bits could not be kept: on the host, the copy belongs to another user or group\.\n$/
  )

  /** Runs a script as root of the first user namespace. */
  const inside = (script: string, path: string) => {
    const entered = ["--target", String(processes[0]?.pid), "--user", "--setuid", "0", "--setgid", "0"]
    return spawnSync("nsenter", [...entered, "sh", "-c", script, "sh", path], { env: { ...process.env, bin } })
  }

  it("a copy inside loses the set-id bits of an owner without an id, who seems to be nobody", () => {
    using directory = box(200_000)
    const { path } = directory
    Fs.chmodSync(`${path}/s`, 0o777)
    const { status, stderr } = inside(`"$bin" cp "$1/s/program" "$1/s/copy"`, path)
    expect([status, stderr.toString()]).toEqual([1, withoutSetId])
    expect(seen(`${path}/s/copy`)).toEqual({ mode: "755", uid: 165_534, gid: 165_534 })
  })

  it("a copy from the host belongs to the same users", () => {
    using directory = box(0)
    const { path } = directory
    expect(run(["cp", `${path}/s`, `${a}${path}/t`])).toMatchObject({ status: 0, stderr: "" })
    expect(written(`${path}/t`)).toEqual(expected(100_000, "4755"))
  })

  it("a copy to the host belongs to the same users, and loses set-id bits", () => {
    using directory = box(100_000)
    const { path } = directory
    expect(run(["cp", `${a}${path}/s`, `${path}/t`])).toMatchObject({ status: 1, stderr: withoutSetId })
    expect(written(`${path}/t`)).toEqual(expected(0, "755"))
  })

  it("a copy to another user namespace belongs to the same users, and loses set-id bits", () => {
    using directory = box(100_000)
    const { path } = directory
    expect(run(["cp", `${a}${path}/s`, `${b}${path}/t`])).toMatchObject({ status: 1, stderr: withoutSetId })
    expect(written(`${path}/t`)).toEqual(expected(300_000, "755"))
    expect(run(["cp", `${a}${path}/s`, `${a}${path}/u`])).toMatchObject({ status: 0, stderr: "" })
    expect(written(`${path}/u`)).toEqual(expected(100_000, "4755"))
  })

  it("a copy of a file of a user that is missing there belongs to root", () => {
    using directory = temporary()
    const { path } = directory
    Fs.writeFileSync(`${path}/f`, "")
    Fs.chownSync(`${path}/f`, 70_000, 0)
    const { status, stderr } = run(["cp", `${path}/f`, `${a}${path}/t`])
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /the owner could not be kept: its user or group does not exist in the user namespace of the copy/
    )
    expect(seen(`${path}/t`)).toMatchObject({ uid: 100_000, gid: 100_000 })
    // To the host, it keeps the owner that it has there.
    expect(run(["cp", `${a}${path}/f`, `${path}/u`])).toMatchObject({ status: 0, stderr: "" })
    expect(seen(`${path}/u`)).toMatchObject({ uid: 70_000, gid: 0 })
  })

  it("a copy without owners belongs to root", () => {
    using directory = box(0)
    const { path } = directory
    expect(run(["cp", "--no-owner", `${path}/s`, `${a}${path}/t`])).toMatchObject({ status: 0, stderr: "" })
    for (const { gid, uid } of Object.values(written(`${path}/t`))) expect([uid, gid]).toEqual([100_000, 100_000])
    expect(seen(`${path}/t/program`).mode).toBe("755")
  })

  it("an archive has the ids that the process sees, and new parents belong to its root", () => {
    using directory = box(100_000)
    const { path } = directory
    const { stderr, stdout } = shell(
      `cd "$1"; mkdir t u
      $bin cp "$2/s" - > a.tar && $bin cp - t < a.tar && tar -C "$1" -cf b.tar "./s/f" && $bin cp - "$3/u" < b.tar; echo $?`,
      [
        path,
        `${a}${path}`,
        `${b}${path}`
      ]
    )
    expect(stderr).toContain("s/f was copied, but the owner could not be kept")
    expect(lines(stdout)).toEqual(["1"])
    expect(written(`${path}/t/s`)).toEqual(expected(0, "4755"))
    expect(["s", "s/f"].map((name) => seen(`${path}/u/${name}`))).toMatchObject([
      { mode: "755", uid: 300_000 },
      { mode: "644", uid: 300_000 }
    ])
    expect(run(["cp", "-", `${a}${path}/t`], Fs.readFileSync(`${path}/a.tar`))).toMatchObject({ status: 0, stderr: "" })
    expect(seen(`${path}/t/s/program`)).toEqual({ mode: "4755", uid: 100_000, gid: 100_000 })
  })

  it.skipIf(without("koffi"))("root creates files where a mount has only the users of the namespace", async () => {
    using directory = box(0)
    const { path } = directory
    Fs.mkdirSync(`${path}/mounted`)
    Fs.linkSync(`${path}/s/f`, `${path}/s/hard`)
    await using container = await startInUserNamespace(100_000)
    container.run("mount", "-t", "tmpfs", "none", `${path}/mounted`)
    const to = `pid:${container.pid}:${path}/mounted`
    expect(run(["cp", `${path}/s`, to])).toMatchObject(done)
    expect(run(["cp", `${path}/s/f`, "-n", to])).toMatchObject(done)
    expect(run(["cp", "--no-owner", `${path}/s/.`, `${to}/t`])).toMatchObject(done)
    const archive = run(["cp", `${path}/s`, "-"]).stdout
    expect(run(["cp", "-", `${to}/t`], archive)).toMatchObject(done)
    const mounted = `/proc/${container.pid}/root${path}/mounted`
    expect(written(`${mounted}/s`)).toEqual(expected(100_000, "4755"))
    expect(written(`${mounted}/t/s`)).toEqual(expected(100_000, "4755"))
    expect(seen(`${mounted}/f`)).toEqual({ mode: "644", uid: 100_005, gid: 100_006 })
    expect(seen(`${mounted}/t/f`)).toEqual({ mode: "644", uid: 100_000, gid: 100_000 })
    expect(Fs.statSync(`${mounted}/s/hard`).ino).toBe(Fs.statSync(`${mounted}/s/f`).ino)
  })

  it.skipIf(without("koffi"))("others cannot, and the message says why", async () => {
    using directory = temporary()
    const { path } = directory
    Fs.chmodSync(path, 0o755)
    Fs.mkdirSync(`${path}/mounted`)
    Fs.writeFileSync(`${path}/f`, "")
    await using container = await startInUserNamespace(100_000)
    container.run("mount", "-t", "tmpfs", "none", `${path}/mounted`)
    const to = `pid:${container.pid}:${path}/mounted`
    const args = ["--bounding-set", "-setuid", "--inh-caps", "-all", process.execPath, bin, "cp", `${path}/f`, to]
    const { status, stderr } = spawnSync("setpriv", args, { encoding: "utf8" })
    expect([status, stderr]).toEqual([1, expect.stringMatching(/f was not copied: .*: you have no id there; /)])
  })

  it("root creates them in other mounts even without native calls", () => {
    using directory = box(0)
    const { path } = directory
    const { status, stderr } = spawnSync(process.execPath, [...noKoffi, bin, "cp", `${path}/s`, `${a}${path}/t`])
    expect([status, stderr.toString()]).toEqual([0, expect.not.stringContaining("was not copied")])
    expect(written(`${path}/t`)).toEqual(expected(100_000, "4755"))
  })

  it.skipIf(without("koffi"))("ACLs have the same users", async () => {
    using directory = temporary()
    const { path } = directory
    Fs.writeFileSync(`${path}/f`, "")
    await using root = await openRoot(path)
    const aclAt = (name: string) => root.directory.getExtendedAttribute(name, "system.posix_acl_access")
    await root.directory.setExtendedAttribute("f", "system.posix_acl_access", aclOf(7))
    expect(run(["cp", `${path}/f`, `${a}${path}/t`])).toMatchObject({ status: 0, stderr: "" })
    const converted = aclOf(7)
    new DataView(converted.buffer).setUint32(16, 100_001, true)
    expect(await aclAt("t")).toEqual(converted)
    expect(run(["cp", `${a}${path}/t`, `${path}/u`])).toMatchObject({ status: 0, stderr: "" })
    expect(await aclAt("u")).toEqual(aclOf(7))
    const { stdout } = run(["cp", `${a}${path}/t`, "-"])
    expect(Buffer.from(stdout).includes(Buffer.from(aclOf(7)))).toBe(true)
    Fs.mkdirSync(`${path}/in`)
    expect(run(["cp", "-", `${a}${path}/in`], stdout)).toMatchObject(done)
    expect(await aclAt("in/t")).toEqual(converted)
  })

  it.skipIf(without("koffi"))("a lost ACL gives the group no more than it has granted to it", async () => {
    using directory = temporary()
    const { path } = directory
    Fs.writeFileSync(`${path}/f`, "")
    const acl = aclOf(7, 4)
    new DataView(acl.buffer).setUint32(16, 70_000, true)
    await using root = await openRoot(path)
    await root.directory.setExtendedAttribute("f", "system.posix_acl_access", acl)
    expect(seen(`${path}/f`).mode).toBe("777")
    const { status, stderr } = run(["cp", `${path}/f`, `${a}${path}/t`])
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/ the ACL could not be kept: /) })
    expect(seen(`${path}/t`).mode).toBe("747")
  })

  it.skipIf(without("koffi"))(
    "an ACL is lost if a user in it has no number in the user namespace of the program",
    async () => {
      using directory = temporary()
      const { path } = directory
      Fs.chmodSync(path, 0o777)
      Fs.writeFileSync(`${path}/f`, "")
      await using root = await openRoot(path)
      await root.directory.setExtendedAttribute("f", "system.posix_acl_access", aclOf(7))
      const { status, stderr } = inside(`"$bin" cp --no-owner "$1/f" "$1/t"`, path)
      expect({ status, stderr: stderr.toString() }).toEqual({
        status: 1,
        stderr: `${path}/f was copied, but the ACL could not be kept: its user or group does not exist in the user ` +
          "namespace of the copy.\n"
      })
    }
  )

  it.skipIf(without("koffi"))("capabilities are those of the same root", async () => {
    using directory = temporary()
    const { path } = directory
    await using root = await openRoot(path)
    for (const name of ["f", "g"]) Fs.writeFileSync(`${path}/${name}`, "")
    const set = (name: string, value: Uint8Array) =>
      root.directory.setExtendedAttribute(name, "security.capability", value)
    const at = (name: string) => root.directory.getExtendedAttribute(name, "security.capability")
    await set("f", capabilitiesOf())
    await set("g", capabilitiesOf(70_000))
    // In both containers, the copy has the capabilities of their roots, as if these had set them.
    expect(run(["cp", `${path}/f`, `${a}${path}/a`])).toMatchObject(done)
    expect(await at("a")).toEqual(capabilitiesOf(100_000))
    const { stdout } = run(["cp", `${a}${path}/a`, "-"])
    expect(Buffer.from(stdout).includes(Buffer.from(capabilitiesOf()))).toBe(true)
    Fs.mkdirSync(`${path}/b`)
    expect(run(["cp", "-", `${b}${path}/b`], stdout)).toMatchObject(done)
    expect(await at("b/a")).toEqual(capabilitiesOf(300_000))
    const pid = String(processes[0]?.pid)
    expect(run(["diff", "--pid", pid, `${path}/a`, "--against", `${path}/f`]).stdout.toString()).toBe("")
    // A root that a container does not have is not replaced by its own.
    const { status, stderr } = run(["cp", `${path}/g`, `${a}${path}/c`])
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/ does not exist in the user namesp/)
    })
    expect(await at("c")).toBeUndefined()
    // A copy on the host, which loses the rights that are not those of its owner.
    expect(run(["cp", `${a}${path}/a`, `${path}/d`])).toMatchObject(done)
    expect(await at("d")).toBeUndefined()
  })

  it("diff compares the ids that each side sees", () => {
    using directory = box(0)
    const { path } = directory
    expect(run(["cp", `${path}/s`, `${a}${path}/t`])).toMatchObject({ status: 0, stderr: "" })
    const pid = String(processes[0]?.pid)
    expect(run(["diff", "--pid", pid, `${path}/t`, "--against", `${path}/s`]).stdout.toString()).toBe("")
    expect(run(["diff", "--root", "/", `${path}/t`, "--against", `${path}/s`]).stdout.toString()).not.toBe("")
  })

  it("that is also that of the command, ids are those that it sees", () => {
    using directory = box(100_000)
    const { path } = directory
    const pid = String(processes[0]?.pid)
    const entering = ["--target", pid, "--user", "--setuid", "0", "--setgid", "0", process.execPath, bin]
    const { stdout } = spawnSync("nsenter", [...entering, "stat", "--pid", pid, "--json", `${path}/s/f`])
    expect(JSON.parse(stdout.toString())).toMatchObject({ uid: 5, gid: 6 })
  })
})
