/** A file that replaces another one with `keepMode` is never more open than the old one, even if that one has an ACL. */
import { MemoryRoot, openMemoryRoot } from "@procfsroot/node"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { bundled } from "@procfsroot/testkit/bundle"
import { userNamespaces, without } from "@procfsroot/testkit/judges"
import { node } from "@procfsroot/testkit/runtime"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, chownSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const ACCESS = "system.posix_acl_access"
const DEFAULT = "system.posix_acl_default"

const NO_ID = 2 ** 32 - 1
const SOMEBODY = 12_345

/**
 * An ACL in which another user may read and write. The group has these permissions, by default none, although the mode
 * shows those of the mask: 6.
 */
const acl = (group = 0): Uint8Array =>
  aclOfEntries([0x01, 6, NO_ID], [0x02, 6, SOMEBODY], [0x04, group, NO_ID], [0x10, 6, NO_ID], [0x20, 0, NO_ID])

/** The tags are those of `linux/posix_acl.h`. */
const aclOfEntries = (
  ...entries: ReadonlyArray<readonly [tag: number, permissions: number, id: number]>
): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 + 8 * entries.length))
  view.setUint32(0, 2, true)
  entries.forEach(([tag, permissions, id], i) => {
    view.setUint16(4 + 8 * i, tag, true)
    view.setUint16(6 + 8 * i, permissions, true)
    view.setUint32(8 + 8 * i, id, true)
  })
  return new Uint8Array(view.buffer)
}

/** The first of the 65,536 ids that a container has on its host. */
const FIRST = 100_000

/** The id of `nobody` in a container, where all users of the host seem to have it too (`user_namespaces(7)`). */
const UNMAPPED = 65_534

/** A user namespace like that of a container. `enter` returns a command that runs another one there. */
const container = async () => {
  const child = spawn("unshare", ["--user", "sh", "-c", "echo; exec cat"], { stdio: ["pipe", "pipe", "inherit"] })
  await once(child.stdout, "data")
  for (const map of ["uid_map", "gid_map"]) writeFileSync(`/proc/${child.pid}/${map}`, `0 ${FIRST} 65536`)
  const enter = (id: number) => ["nsenter", `--target=${child.pid}`, "--user", `--setuid=${id}`, `--setgid=${id}`]
  return { enter, [Symbol.dispose]: () => void child.kill() }
}

const aclOf = ({ directory }: OpenRoot): Promise<Uint8Array | undefined> => directory.getExtendedAttribute("/f", ACCESS)

const permissionsOf = (path: string): number => statSync(path).mode & 0o777

async function* inParts() {
  yield "new "
  await Promise.resolve()
  yield "content"
}

const writes = {
  "at once": (root: OpenRoot) => root.directory.writeFileAtomic("/f", "new content", { keepMode: true }),
  "in parts": (root: OpenRoot) => root.directory.writeFileAtomic("/f", inParts(), { keepMode: true })
}

const places = [false, true].flatMap((offMainThread) =>
  Object.entries(writes).map(([how, write]) => ({ how, offMainThread, write }))
)

describe.skipIf(without(nativeCalls))("keepMode", () => {
  it.each(places)("keeps the ACL of the old file: $how, off the main thread: $offMainThread", async (place) => {
    using box = temporary()
    writeFileSync(`${box.path}/f`, "old")
    await using root = await openRoot(box.path, place)
    await root.directory.setExtendedAttribute("/f", ACCESS, acl())
    await place.write(root)
    expect(await aclOf(root)).toEqual(acl())
    expect(permissionsOf(`${box.path}/f`)).toBe(0o660)
  })

  it.skipIf(without("root")).each(places)("keeps the label of SELinux: $how, $offMainThread", async (place) => {
    using box = temporary()
    writeFileSync(`${box.path}/f`, "old")
    await using root = await openRoot(box.path, place)
    const label = new TextEncoder().encode("system_u:object_r:etc_t:s0\0")
    await root.directory.setExtendedAttribute("/f", "security.selinux", label)
    await place.write(root)
    expect(await root.directory.getExtendedAttribute("/f", "security.selinux")).toEqual(label)
  })

  it.each(places)("leaves out what a directory gives to new files: $how, $offMainThread", async (place) => {
    using box = temporary()
    writeFileSync(`${box.path}/f`, "old")
    chmodSync(`${box.path}/f`, 0o640)
    await using root = await openRoot(box.path, place)
    await root.directory.setExtendedAttribute("/", DEFAULT, acl())
    await place.write(root)
    expect(await aclOf(root)).toBeUndefined()
    expect(permissionsOf(`${box.path}/f`)).toBe(0o640)
  })
})

it("nobody else can open the new file before it has the permissions of the old one", async () => {
  using box = temporary()
  writeFileSync(`${box.path}/f`, "old")
  chmodSync(`${box.path}/f`, 0o666)
  await using root = await openRoot(box.path)
  const looked = async function*() {
    yield "new"
    const [name] = readdirSync(box.path).filter((name) => name !== "f")
    expect(permissionsOf(`${box.path}/${name}`)).toBe(0o600)
  }
  await root.directory.writeFileAtomic("/f", looked(), { keepMode: true })
  expect(permissionsOf(`${box.path}/f`)).toBe(0o666)
})

it("the new file has the permissions that the old one got while the directory was read", async () => {
  using box = temporary()
  // So many that they are read on the thread pool.
  for (let i = 0; i < 4_000; i++) writeFileSync(`${box.path}/a-long-name-${i}`, "")
  writeFileSync(`${box.path}/f`, "old")
  chmodSync(`${box.path}/f`, 0o666)
  await using root = await openRoot(box.path)
  const written = root.directory.writeFileAtomic("/f", "new", { keepMode: true })
  chmodSync(`${box.path}/f`, 0o600)
  await written
  expect(permissionsOf(`${box.path}/f`)).toBe(0o600)
})

describe("the group of the new file", () => {
  const tree = (mode: number) => ({
    "/": MemoryRoot.directory({ mode: 0o777 }),
    "/f": MemoryRoot.file("old", { uid: 1001, gid: 3000, mode })
  })

  const after = async (mode: number, user: MemoryRoot.User) => {
    const root = openMemoryRoot(tree(mode), { user })
    await root.directory.writeFileAtomic("/f", "new content", { keepMode: true })
    const stat = await root.promises.stat("/f")
    return { gid: stat.gid, mode: stat.mode & 0o7777 }
  }

  it("is that of the old file if the user may give it that group", async () => {
    expect(await after(0o660, { uid: 0, gid: 0 })).toEqual({ gid: 3000, mode: 0o660 })
    expect(await after(0o660, { uid: 1001, gid: 1001, groups: [3000] })).toEqual({ gid: 3000, mode: 0o660 })
    expect(await after(0o2660, { uid: 1001, gid: 1001, groups: [3000] })).toEqual({ gid: 3000, mode: 0o2660 })
  })

  it("has the permissions of others if it is another one", async () => {
    expect(await after(0o660, { uid: 1001, gid: 1001 })).toEqual({ gid: 1001, mode: 0o600 })
    expect(await after(0o2664, { uid: 1001, gid: 1001 })).toEqual({ gid: 1001, mode: 0o644 })
  })

  it("if it is another one, the members of the old group get no more than before", async () => {
    expect(await after(0o606, { uid: 1002, gid: 1002 })).toEqual({ gid: 1002, mode: 0o600 })
    expect(await after(0o2626, { uid: 1002, gid: 1002 })).toEqual({ gid: 1002, mode: 0o622 })
  })

  describe.skipIf(without("root"))("on a disk", () => {
    const owned = (mode: number) => {
      const box = temporary()
      chmodSync(box.path, 0o777)
      writeFileSync(`${box.path}/f`, "old")
      chownSync(`${box.path}/f`, SOMEBODY, 3000)
      chmodSync(`${box.path}/f`, mode)
      return box
    }

    const replaceAs = async (path: string, uid: number, gid = uid, before: ReadonlyArray<string> = []) => {
      const program = await bundled(new URL("./programs/keepMode.ts", import.meta.url))
      const [file = "", ...args] = [...before, node, program, path]
      execFileSync(file, args, { uid, gid, timeout: 60_000 })
    }

    /** In it, only one user and one group have numbers. */
    const userNamespace = ["unshare", "--map-root-user"]

    it("is kept by root", async () => {
      using box = owned(0o660)
      await using root = await openRoot(box.path)
      await root.directory.writeFileAtomic("/f", "new content", { keepMode: true })
      expect(statSync(`${box.path}/f`)).toMatchObject({ uid: 0, gid: 3000, mode: 0o100660 })
    })

    it("has the permissions of others if the user is not in that of the old file", async () => {
      using box = owned(0o664)
      await replaceAs(box.path, SOMEBODY)
      expect(statSync(`${box.path}/f`)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY, mode: 0o100644 })
    })

    it.skipIf(without(nativeCalls))("has in the ACL the permissions of others too", async () => {
      using box = owned(0o660)
      await using root = await openRoot(box.path)
      await root.directory.setExtendedAttribute("/f", ACCESS, acl(6))
      await replaceAs(box.path, SOMEBODY)
      expect(statSync(`${box.path}/f`)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY, mode: 0o100660 })
      expect(await aclOf(root)).toEqual(acl(0))
    })

    it.skipIf(without(nativeCalls))("gets in the ACL no more than the named groups", async () => {
      using box = owned(0o664)
      await using root = await openRoot(box.path)
      const aclWith = (group: number, named: number, others: number) =>
        aclOfEntries([0x01, 6, NO_ID], [0x04, group, NO_ID], [0x08, named, 4000], [0x10, 6, NO_ID], [
          0x20,
          others,
          NO_ID
        ])
      await root.directory.setExtendedAttribute("/f", ACCESS, aclWith(6, 2, 6))
      await replaceAs(box.path, SOMEBODY)
      expect(await aclOf(root)).toEqual(aclWith(2, 2, 2))
      expect(statSync(`${box.path}/f`)).toMatchObject({ gid: SOMEBODY, mode: 0o100662 })
    })

    it.skipIf(without(userNamespaces))("is another one even if a user namespace shows the same number", async () => {
      using box = owned(0o660)
      chownSync(box.path, SOMEBODY, 4000)
      chmodSync(box.path, 0o2770)
      await replaceAs(box.path, SOMEBODY, SOMEBODY, userNamespace)
      expect(statSync(`${box.path}/f`)).toMatchObject({ uid: SOMEBODY, gid: 4000, mode: 0o100600 })
    })

    it.skipIf(without(userNamespaces))(
      "is another one even if the user may give the group with that number",
      async () => {
        using namespace = await container()
        for (const [mode, kept] of [[0o660, 0o600], [0o604, 0o600], [0o664, 0o644]] as const) {
          using box = owned(mode)
          chownSync(`${box.path}/f`, FIRST, 3000)
          await replaceAs(box.path, 0, 0, namespace.enter(0))
          expect(statSync(`${box.path}/f`)).toMatchObject({ uid: FIRST, gid: FIRST, mode: 0o100000 | kept })
        }
      }
    )

    it.skipIf(without(userNamespaces))("keeps no set-id bits if only the number of the owner is the same", async () => {
      using namespace = await container()
      using box = owned(0o755)
      chownSync(`${box.path}/f`, 3000, FIRST + UNMAPPED)
      chmodSync(`${box.path}/f`, 0o6755)
      await replaceAs(box.path, 0, 0, namespace.enter(UNMAPPED))
      const nobody = FIRST + UNMAPPED
      expect(statSync(`${box.path}/f`)).toMatchObject({ uid: nobody, gid: nobody, mode: 0o100755 })
    })

    it.skipIf(without(nativeCalls, userNamespaces))(
      "has what all have if the ACL names users without a number",
      async () => {
        using box = owned(0o660)
        chownSync(`${box.path}/f`, SOMEBODY, SOMEBODY)
        await using root = await openRoot(box.path)
        const [owner, mask] = [[0x01, 6, NO_ID], [0x10, 6, NO_ID]] as const
        const given = aclOfEntries(owner, [0x02, 6, 4000], [0x04, 4, NO_ID], mask, [0x20, 4, NO_ID])
        await root.directory.setExtendedAttribute("/f", ACCESS, given)
        await root.directory.setExtendedAttribute("/", DEFAULT, given)
        await replaceAs(box.path, SOMEBODY, SOMEBODY, userNamespace)
        expect(await aclOf(root)).toBeUndefined()
        expect(statSync(`${box.path}/f`)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY, mode: 0o100644 })
      }
    )
  })
})
