/** The permissions that a new file gets from the one that it replaces (`keepMode`). */
import * as Errno from "@procfsroot/vfs/Errno"
import type { ExtendedAttributes, FileOperations, UnmappedIds } from "@procfsroot/vfs/InodeOperations"
import { describe, expect, it } from "vitest"
import { keepPermissions, permissionsOf } from "../src/internal/keptPermissions.js"
import { built } from "./handles.js"

const ACL = "system.posix_acl_access"
const LABEL = "security.selinux"

const [OWNER, USER, GROUP, NAMED_GROUP, MASK, OTHERS] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20] as const

/** An ACL as an attribute, from tags and permissions (`posix_acl_xattr.h`). It starts in the middle of its buffer. */
const acl = (...entries: ReadonlyArray<readonly [tag: number, permissions: number]>): Uint8Array => {
  const bytes = new Uint8Array(3 + 4 + 8 * entries.length).subarray(3)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint32(0, 2, true)
  entries.forEach(([tag, permissions], i) => {
    view.setUint16(4 + 8 * i, tag, true)
    view.setUint16(6 + 8 * i, permissions, true)
    view.setUint32(8 + 8 * i, 1_000, true)
  })
  return bytes
}

/** The owner and group of a file, its mode, its ACL, and its label. */
interface State {
  uid: number
  gid: number
  mode: number
  acl?: Uint8Array | undefined
  label?: Uint8Array | undefined
}

/** What can go wrong, each as a call and the code that it fails with. */
type Failures = Readonly<Record<string, string>>

const { operations } = built({ "/f": "" })
const inode = operations.child(operations.top(), "f")
const attributes = operations.getattr(inode)

const allMapped: UnmappedIds = { uid: undefined, gid: undefined }

/** Runs `keepPermissions` for a new file. Returns its state, and the calls that have changed something. */
const kept = (old: State, file: State, failures: Failures = {}, unmapped: UnmappedIds = allMapped) => {
  const calls: Array<string> = []
  const step = (name: string, change: () => void = () => {}): void => {
    const code = failures[name]
    if (code === "ignored") return
    if (code !== undefined) throw Errno.make(code)
    calls.push(name)
    change()
  }
  const get = (_: State, name: string) => {
    const code = failures["get"] ?? failures[`get ${name}`]
    if (code !== undefined) throw Errno.make(code)
    return name === ACL ? file.acl : file.label
  }
  const extendedAttributes: ExtendedAttributes<State> = {
    get,
    list: () => [],
    set: (_, name, value) =>
      step(`set ${name}`, () => Object.assign(file, { [name === ACL ? "acl" : "label"]: value })),
    remove: (_, name) => step(`remove ${name}`, () => file.acl = undefined)
  }
  const files = {
    getattr: () => {
      const code = failures[calls.includes("chown") ? "getattr after chown" : "getattr"]
      if (code !== undefined) throw Errno.make(code)
      return { ...attributes, ...file }
    },
    chown: (_: State, uid: number, gid: number) => step("chown", () => Object.assign(file, { uid, gid })),
    chmod: (_: State, mode: number) => step("chmod", () => file.mode = mode),
    ...(failures["none"] === undefined ? { extendedAttributes } : {})
  } as Pick<FileOperations<State>, "chmod" | "chown" | "extendedAttributes" | "getattr"> as FileOperations<State> // no others are called
  keepPermissions(files, file, { attributes: { ...attributes, ...old }, acl: old.acl, label: old.label, unmapped })
  return { file, calls }
}

const own = (): State => ({ uid: 1, gid: 1, mode: 0o600 })

describe("without an ACL", () => {
  it("the same owner and group get the whole mode", () => {
    expect(kept({ uid: 1, gid: 1, mode: 0o106755 }, own())).toEqual({
      file: { uid: 1, gid: 1, mode: 0o6755 },
      calls: ["chmod"]
    })
  })

  it("another owner gets no set-id bits", () => {
    expect(kept({ uid: 2, gid: 1, mode: 0o6755 }, own()).file.mode).toBe(0o755)
  })

  it("the group of the old file is given to the new one", () => {
    expect(kept({ uid: 1, gid: 2, mode: 0o2664 }, own())).toEqual({
      file: { uid: 1, gid: 2, mode: 0o2664 },
      calls: ["chown", "chmod"]
    })
  })

  it.each(["EPERM", "EINVAL", "ENOSYS", "ENOTSUP", "ignored"])(
    "another group and others get what both had: %s",
    (code) => {
      const group = (mode: number) => kept({ uid: 1, gid: 2, mode }, own(), { chown: code }).file.mode
      expect([0o6664, 0o606, 0o660, 0o753, 0o777].map(group)).toEqual([0o644, 0o600, 0o600, 0o711, 0o777])
    }
  )

  it("a group without an id here is never the same, also if another group really has the id that it seems to have", () => {
    const old = { uid: 1, gid: 65_534, mode: 0o6664 }
    const group = { ...allMapped, gid: 65_534 }
    expect(kept(old, { ...own(), gid: 65_534 }, {}, group).file).toEqual({ uid: 1, gid: 65_534, mode: 0o644 })
    expect(kept(old, own(), {}, group).file).toEqual({ uid: 1, gid: 1, mode: 0o644 })
    expect(kept(old, own()).file).toEqual({ uid: 1, gid: 65_534, mode: 0o6664 })
  })

  it("an owner without an id here is never the same", () => {
    const old = { uid: 65_534, gid: 1, mode: 0o6664 }
    expect(kept(old, { ...own(), uid: 65_534 }, {}, { ...allMapped, uid: 65_534 }).file.mode).toBe(0o664)
    expect(kept(old, { ...own(), uid: 65_534 }).file.mode).toBe(0o6664)
  })

  it("the ACL that the new file has from its directory is removed", () => {
    const given = { ...own(), acl: acl([OWNER, 6], [USER, 6], [GROUP, 6], [MASK, 6], [OTHERS, 0]) }
    expect(kept({ uid: 1, gid: 1, mode: 0o640 }, given)).toEqual({
      file: { uid: 1, gid: 1, mode: 0o640, acl: undefined },
      calls: [`remove ${ACL}`, "chmod"]
    })
  })

  it.each([{ none: "" }, { get: "ENOTSUP" }])("it works where there are no ACLs: %o", (failures) => {
    expect(kept({ uid: 1, gid: 1, mode: 0o640 }, own(), failures).file.mode).toBe(0o640)
  })
})

describe("an ACL", () => {
  const old = acl([OWNER, 7], [USER, 0], [GROUP, 6], [NAMED_GROUP, 5], [MASK, 7], [OTHERS, 4])

  it("is kept with the group, and the group bits of the mode are its mask", () => {
    expect(kept({ uid: 1, gid: 1, mode: 0o774, acl: old }, own())).toEqual({
      file: { uid: 1, gid: 1, mode: 0o774, acl: old },
      calls: [`set ${ACL}`, "chmod"]
    })
  })

  it("gives another group and others only what all groups and others had", () => {
    const { file } = kept({ uid: 1, gid: 2, mode: 0o774, acl: old }, own(), { chown: "EPERM" })
    const shared = acl([OWNER, 7], [USER, 0], [GROUP, 4], [NAMED_GROUP, 5], [MASK, 7], [OTHERS, 4])
    expect(file).toEqual({ uid: 1, gid: 1, mode: 0o774, acl: new Uint8Array(shared) })
    expect(old[4 + 2 * 8 + 2]).toBe(6) // the ACL of the caller is not changed
  })

  it("gives them no more than its mask", () => {
    const masked = acl([OWNER, 7], [GROUP, 7], [MASK, 1], [OTHERS, 7])
    const { file } = kept({ uid: 1, gid: 2, mode: 0o717, acl: masked }, own(), { chown: "EPERM" })
    expect(file).toEqual({
      uid: 1,
      gid: 1,
      mode: 0o711,
      acl: new Uint8Array(acl([OWNER, 7], [GROUP, 1], [MASK, 1], [OTHERS, 1]))
    })
  })

  it("that the new file cannot have is not replaced by the mode", () => {
    expect(kept({ uid: 1, gid: 1, mode: 0o774, acl: old }, own(), { none: "" })).toEqual({
      file: { uid: 1, gid: 1, mode: 0o700 },
      calls: ["chmod"]
    })
  })

  it("that cannot be set, since its ids have no number here, leaves only what all entries give", () => {
    const given = () => ({ ...own(), acl: acl([OWNER, 6]) })
    const refused = { [`set ${ACL}`]: "EINVAL" }
    const entries = acl([OWNER, 7], [USER, 5], [GROUP, 7], [MASK, 7], [OTHERS, 6])
    expect(kept({ uid: 1, gid: 1, mode: 0o6776, acl: entries }, given(), refused)).toEqual({
      file: { uid: 1, gid: 1, mode: 0o6744, acl: undefined },
      calls: [`remove ${ACL}`, "chmod"]
    })
  })
})

describe("the label of SELinux", () => {
  const labels = ["system_u:object_r:shadow_t:s0\0", "unconfined_u:object_r:etc_t:s0\0"]
  const [label, other] = labels.map((text) => new TextEncoder().encode(text))
  const old = { uid: 1, gid: 1, mode: 0o640, label }

  it("is kept, after everything else", () => {
    expect(kept(old, { ...own(), label: other })).toEqual({
      file: { ...old, acl: undefined },
      calls: ["chmod", `set ${LABEL}`]
    })
  })

  it("is not set if the new file has it already, or the old one has none", () => {
    expect(kept(old, { ...own(), label: new Uint8Array(label ?? []) }).calls).toEqual(["chmod"])
    expect(kept({ ...old, label: undefined }, { ...own(), label: other }).calls).toEqual(["chmod"])
    expect(kept(old, own(), { none: "" }).calls).toEqual(["chmod"])
  })

  it.each(["EACCES", "EPERM", "EINVAL", "ENOTSUP"])("stays that of a new file if setting it fails with %s", (code) => {
    expect(kept(old, { ...own(), label: other }, { [`set ${LABEL}`]: code }).file.label).toBe(other)
  })

  it.each([[`get ${LABEL}`, "getxattr"], [`set ${LABEL}`, "fsetxattr"]])(
    "reports other errors of %s",
    (call, syscall) => {
      expect(() => kept(old, { ...own(), label: other }, { [call]: "EIO" }))
        .toThrow(expect.objectContaining({ code: "EIO", syscall, paths: [] }))
    }
  )
})

it.each([
  [{ getattr: "EIO" }, "fstat"],
  [{ chown: "EIO" }, "fchown"],
  [{ "getattr after chown": "EIO" }, "fstat"],
  [{ get: "EIO" }, "getxattr"],
  [{ [`set ${ACL}`]: "ENOSPC" }, "fsetxattr"],
  [{ [`remove ${ACL}`]: "EIO" }, "fremovexattr"],
  [{ chmod: "EPERM" }, "fchmod"]
])("a failure names its system call: %o", (failures, syscall) => {
  const hasAcl = syscall === "fsetxattr" ? acl([OWNER, 6]) : undefined
  const given = { ...own(), acl: acl([OWNER, 6]) }
  expect(() => kept({ uid: 1, gid: 2, mode: 0o640, acl: hasAcl }, given, failures))
    .toThrow(expect.objectContaining({ code: Object.values(failures)[0], syscall, paths: [] }))
})

it("the permissions of the old file are its attributes, its ACL and its label", () => {
  const [bytes, label] = [acl([OWNER, 6]), Uint8Array.of(1)]
  const get = (_: unknown, name: string) => name === ACL ? bytes : name === LABEL ? label : undefined
  const extendedAttributes = { get, list: () => [], set: () => {}, remove: () => {} }
  expect(permissionsOf({ ...operations, extendedAttributes }, inode)).toEqual({
    attributes,
    acl: bytes,
    label,
    unmapped: allMapped
  })
  const unmapped = { uid: 65_534, gid: 65_533 }
  expect(permissionsOf({ ...operations, unmapped: () => unmapped }, inode).unmapped).toBe(unmapped)
  const fails = (code: string) => () => {
    throw Errno.make(code)
  }
  const failing = (code: string) =>
    permissionsOf({ ...operations, extendedAttributes: { ...extendedAttributes, get: fails(code) } }, inode)
  expect(failing("ENOTSUP").acl).toBeUndefined()
  expect(() => failing("EIO")).toThrow(expect.objectContaining({ code: "EIO", syscall: "getxattr", paths: [] }))
})
