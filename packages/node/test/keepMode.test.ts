/** A file that replaces another one with `keepMode` is never more open than the old one, even if that one has an ACL. */
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { nativeCalls } from "./nativeCalls.js"

const ACCESS = "system.posix_acl_access"
const DEFAULT = "system.posix_acl_default"

const NO_ID = 2 ** 32 - 1
const SOMEBODY = 12_345

/** An ACL in which the owning group has no permission, but another user may read and write. */
const acl = (): Uint8Array => {
  const entries = [[0x01, 6, NO_ID], [0x02, 6, SOMEBODY], [0x04, 0, NO_ID], [0x10, 6, NO_ID], [0x20, 0, NO_ID]] as const
  const view = new DataView(new ArrayBuffer(4 + 8 * entries.length))
  view.setUint32(0, 2, true)
  entries.forEach(([tag, permissions, id], i) => {
    view.setUint16(4 + 8 * i, tag, true)
    view.setUint16(6 + 8 * i, permissions, true)
    view.setUint32(8 + 8 * i, id, true)
  })
  return new Uint8Array(view.buffer)
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
