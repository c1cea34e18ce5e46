/** Tests what `list` finds for each runtime, with all forms of its cgroups and files. */
import { describe, expect, it } from "vitest"
import { claims } from "../../src/containers/cgroup.js"
import { list } from "../../src/containers/find.js"
import { id, other } from "./fixture.js"
import { fixtures } from "./fixtures.js"
import { machine } from "./machine.js"

describe("list finds what the cgroup and the files show for", () => {
  it.each(fixtures)("$what", async ({ cgroup, files, found }) => {
    const root = found.imageRoot === undefined ? {} : { [`${found.imageRoot}/etc/passwd`]: "" }
    using made = machine([{ pid: 7, mounts: 2, pidNamespace: 2, cgroup }], { ...files, ...root })
    const [, container] = await list(made.places)
    const user = files?.["/etc/passwd"] === undefined ? "0" : "root"
    expect(container).toEqual({
      pid: 7,
      startTime: 700,
      command: "sleep",
      user,
      processes: 1,
      unreadable: [],
      ...found
    })
  })
})

describe("the claims of a cgroup", () => {
  it("include the containers around it, the innermost first", () => {
    expect(claims(`0::/docker/${other}/libpod_parent/libpod-${id}\n`)).toEqual([
      { runtime: "podman", id, creator: "container" },
      { runtime: "docker", id: other }
    ])
  })

  it("include the user whose service manager runs it, unless that is root or runs in a container", () => {
    const below = (manager: string) => claims(`0::${manager}/app.slice/libpod-${id}\n`)[0]
    const manager = (uid: number) => `/user.slice/user-${uid}.slice/user@${uid}.service`
    const found = { runtime: "podman", id }
    expect(below(manager(1000))).toEqual({ ...found, userId: 1000, creator: "user" })
    expect(below(`/../..${manager(1000)}`)).toEqual({ ...found, userId: 1000, creator: "user" })
    expect(below("/user.slice/user-1000.slice/session-3.scope")).toEqual(found)
    expect(below(manager(0))).toEqual(found)
    expect(below(`/lxc.payload.box${manager(1000)}`)).toEqual({ ...found, creator: "container" })
  })

  it("do not include ids in a container that show no runtime", () => {
    expect(claims(`0::/docker/${other}/jobs/${id}\n`)).toEqual([{ runtime: "docker", id: other }])
  })

  it("count a container and its pod as one", () => {
    const podUid = "11111111-2222-3333-4444-555555555555"
    for (const name of [id, `crio-${id}`]) {
      expect(claims(`0::/docker/${other}/kubepods/pod${podUid}/${name}\n`)).toMatchObject([
        { id, podUid },
        { runtime: "docker", id: other }
      ])
    }
  })

  it("are at most eight: the innermost and the outermost containers", () => {
    const ids = Array.from({ length: 20 }, (_, i) => String(i % 10).repeat(63) + (i < 10 ? "a" : "b"))
    const found = claims(`0::${ids.map((one) => `/docker/${one}`).join("")}\n`).map((claim) => claim.id)
    expect(found).toEqual([...ids.slice(-4).toReversed(), ...ids.slice(0, 4).toReversed()])
  })

  it("come from the longest path that names a container", () => {
    const text = `3:a:/docker/${other}\n2:b:/docker/${other}/docker/${id}\n1:c:/${"x".repeat(300)}\n`
    expect(claims(text)[0]).toMatchObject({ runtime: "docker", id })
  })

  it("are found in bounded time, even in hostile texts", () => {
    const hostile = [
      `0::${"/docker".repeat(9000)}/${id}\n`,
      `0::/${"kubepods-pod".repeat(5000)}\n`,
      `0::${"/a".repeat(32_000)}\n`,
      "/\n".repeat(30_000)
    ]
    const start = performance.now()
    expect(hostile.map((text) => claims(text).length)).toEqual([1, 0, 0, 0])
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
