/** Tests the parsing of overlays in mountinfo, as different kernels and runtimes write them. */
import { describe, expect, it } from "vitest"
import { parseMount } from "../../src/mountinfo.js"
import { overlayOptions } from "../../src/diff/options.js"

const start = "157 156 0:49 / / rw,relatime"

describe("parseMount", () => {
  it.each<[line: string, mount: object | undefined]>([
    [`${start} - overlay overlay rw,lowerdir=/l`, {
      id: "157",
      device: "0:49",
      root: "/",
      point: "/",
      type: "overlay"
    }],
    [`${start} shared:1 master:2 unbindable - overlay none rw`, { type: "overlay", options: "rw" }],
    ["1 2 0:3 /a\\040b /c\\134d\\012\\011 rw - fuse.x\\040y  rw", {
      root: "/a b",
      point: "/c\\d\n\t",
      type: "fuse.x y"
    }],
    ["1 2 0:3 / /a\r2 rw - tmpfs - rw", { point: "/a\r2", type: "tmpfs" }],
    ["1 2 0:3 / /\xff\xfe rw - tmpfs - rw", { point: "/\udcff\udcfe" }],
    ["1 2 0:3 / - - - tmpfs - rw", { point: "-", type: "tmpfs" }],
    [`${start} - overlay`, undefined],
    [start, undefined],
    ["", undefined]
  ])("parses %j", (line, mount) => {
    const parsed = parseMount(line)
    if (mount === undefined) expect(parsed).toBeUndefined()
    else expect(parsed).toMatchObject(mount)
  })
})

describe("overlayOptions", () => {
  const usual = { redirectDir: false, redirectAlwaysFollow: true }
  const docker = "/var/lib/docker/overlay2"
  const podman = "/var/lib/containers/storage/overlay"
  const containerd = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
  it.each<[name: string, options: string, lowers: ReadonlyArray<string>, upper: string | undefined]>([
    [
      "docker",
      `rw,lowerdir=${docker}/l/AB:${docker}/l/CD,upperdir=${docker}/e0/diff,workdir=${docker}/e0/work,nouserxattr`,
      [`${docker}/l/AB`, `${docker}/l/CD`],
      `${docker}/e0/diff`
    ],
    [
      "docker with relative paths",
      "rw,lowerdir=l/AB:l/CD,upperdir=e0/diff,workdir=e0/work",
      ["l/AB", "l/CD"],
      "e0/diff"
    ],
    [
      "containerd with relative paths",
      `rw,lowerdir=10/fs:9/fs,upperdir=${containerd}/11/fs,workdir=${containerd}/11/work,uuid=on`,
      ["10/fs", "9/fs"],
      `${containerd}/11/fs`
    ],
    [
      "podman",
      `rw,context="system_u:object_r:c1\\054c2",lowerdir=${podman}/l/A,upperdir=${podman}/2/diff,volatile`,
      [`${podman}/l/A`],
      `${podman}/2/diff`
    ],
    ["layers that are listed one by one", "rw,lowerdir+=/a\\0401,lowerdir+=/b:2,lowerdir+=/c\\134d,upperdir=/u", [
      "/a 1",
      "/b:2",
      "/c\\d"
    ], "/u"],
    ["data-only layers", "rw,lowerdir=/a:/b::/c::/d,upperdir=/u,metacopy=on", ["/a", "/b"], "/u"],
    ["data-only layers that are listed one by one", "rw,lowerdir+=/a,datadir+=/c,upperdir=/u", ["/a"], "/u"],
    [
      "escaped characters",
      "rw,lowerdir=l\\0401:l\\134:2:l\\0543:b\\134\\134s:n\\012#\\075,upperdir=u\\134:x,workdir=w",
      ["l 1", "l:2", "l,3", "b\\s", "n\n#="],
      "u:x"
    ],
    ["escaped colons before a data-only layer", "rw,lowerdir=a\\134:\\134:b::c", ["a::b"], undefined],
    ["bytes that are not UTF-8", "rw,lowerdir=/\xff,upperdir=/\xc3\xa9", ["/\udcff"], "/é"],
    [
      "a layer that looks like an option",
      "rw,lowerdir=/a\\054upperdir\\075/etc,upperdir=/u",
      ["/a,upperdir=/etc"],
      "/u"
    ],
    ["a backslash at the end", "rw,lowerdir=/a\\134,upperdir=/u\\134", ["/a"], "/u\\"],
    ["an overlay without layers", "rw", [], undefined]
  ])("parses the options of %s", (_, options, lowers, upper) => {
    expect(overlayOptions(options, usual)).toMatchObject({ lowers, upper })
  })

  it("finds out the prefix of attributes, and whether redirects are used", () => {
    expect(overlayOptions("rw,lowerdir=/a", usual)).toMatchObject({ userXattr: false, redirects: true })
    expect(overlayOptions("rw,lowerdir=/a,redirect_dir=nofollow", usual)).toMatchObject({ redirects: false })
    expect(overlayOptions("rw,lowerdir=/a,userxattr", usual)).toMatchObject({ userXattr: true, redirects: false })
  })

  // The modes that Linux 6.18 shows and uses if overlays are mounted with these parameters.
  it.each([
    [{ redirectDir: false, redirectAlwaysFollow: true }, "", true],
    [{ redirectDir: false, redirectAlwaysFollow: true }, ",redirect_dir=on", true],
    [{ redirectDir: false, redirectAlwaysFollow: true }, ",redirect_dir=nofollow", false],
    [{ redirectDir: false, redirectAlwaysFollow: false }, "", false],
    [{ redirectDir: false, redirectAlwaysFollow: false }, ",redirect_dir=off", false],
    [{ redirectDir: false, redirectAlwaysFollow: false }, ",redirect_dir=follow", true],
    [{ redirectDir: false, redirectAlwaysFollow: false }, ",redirect_dir=on", true],
    [{ redirectDir: true, redirectAlwaysFollow: false }, "", true],
    [{ redirectDir: true, redirectAlwaysFollow: false }, ",redirect_dir=nofollow", false],
    [{ redirectDir: true, redirectAlwaysFollow: true }, ",redirect_dir=off", true]
  ])("with the parameters %j of the kernel, %j says whether redirects are used", (parameters, option, redirects) => {
    expect(overlayOptions(`rw,lowerdir=/a,upperdir=/b${option}`, parameters)).toMatchObject({ redirects })
  })
})
