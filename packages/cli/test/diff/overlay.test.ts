/**
 * Compares real overlays with their lower layers, and checks the result by comparing every file of both as they are
 * mounted.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { generator } from "@procfsroot/testkit/generator"
import { without } from "@procfsroot/testkit/judges"
import { bindMount, mountedTemporary, mountOverlay, unmount } from "@procfsroot/testkit/mounts"
import { startIn } from "@procfsroot/testkit/namespace"
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { lines, run } from "../command.js"
import { differences } from "./brute.js"
import { change, randomPath } from "./changing.js"
import { changesOf, makeAll } from "./overlays.js"

const isCopied = (text: string): boolean => text !== ""

/** Mounts an overlay at `merged`, with the directories `lower`, `upper` and `work`. */
const overlay = (populate: (lower: string) => void, options = "") => {
  const box = mountedTemporary()
  const { path } = box
  makeAll(path, ["lower", "upper", "work", "merged"])
  populate(`${path}/lower`)
  const layers = `lowerdir=${path}/lower,upperdir=${path}/upper,workdir=${path}/work`
  mountOverlay(`${path}/merged`, [layers, options].filter(isCopied).join())
  return {
    path,
    merged: `${path}/merged`,
    lower: `${path}/lower`,
    upper: `${path}/upper`,
    [Symbol.dispose]: box[Symbol.dispose]
  }
}

/**
 * Whether all files can be looked up: if two directories are redirected to the same one, the kernel fails with ESTALE,
 * and if redirects are not allowed, with EPERM. Another process finds out: after EPERM, libuv does not use `statx(2)`
 * any more, and Node no longer knows when a file was created, in all tests that follow.
 */
const isWhole = (place: string): boolean => {
  const { stderr } = spawnSync("find", [place, "-size", "0"], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" }
  })
  return !/: (?:Stale file handle|Operation not permitted)$/m.test(stderr)
}

const populate = (lower: string): void => {
  makeAll(lower, ["etc/deep", "usr/lib", "proc", "opaque/x", "gone"])
  for (const name of ["etc/motd", "etc/same", "etc/deep/f", "usr/lib/a", "opaque/f", "opaque/x/f", "gone/f", "type"]) {
    Fs.writeFileSync(`${lower}/${name}`, name)
  }
  Fs.symlinkSync("motd", `${lower}/etc/link`)
}

describe.skipIf(without("mountHere", "root"))("diff against an image", () => {
  it("prints the same as docker", async () => {
    using box = overlay(populate)
    const at = (name: string) => `${box.merged}/${name}`
    Fs.rmSync(at("etc/motd"))
    Fs.chmodSync(at("etc/same"), 0o600)
    Fs.closeSync(Fs.openSync(at("etc/deep/f"), "a")) // copied to the upper layer, but not changed
    Fs.rmSync(at("opaque"), { recursive: true })
    makeAll(box.merged, ["opaque/x", "new/er"])
    Fs.writeFileSync(at("opaque/new"), "")
    Fs.rmSync(at("gone"), { recursive: true })
    Fs.rmSync(at("type"))
    makeAll(box.merged, ["type/in"])
    Fs.writeFileSync(at("n\nl"), "")
    Fs.writeFileSync(Buffer.concat([Buffer.from(at("b")), Buffer.from([0xff])]), "")
    expect(Fs.existsSync(`${box.upper}/etc/deep/f`)).toBe(true)
    const expected = [
      "A /b\xff",
      "C /etc",
      "D /etc/motd",
      "C /etc/same",
      "D /gone",
      "A /n\nl",
      "A /new",
      "A /new/er",
      "C /opaque",
      "D /opaque/f",
      "A /opaque/new",
      "C /opaque/x",
      "D /opaque/x/f",
      "C /type",
      "A /type/in"
    ]
    expect(await changesOf(box.merged)).toEqual(expected)
    expect(differences(box.merged, box.lower)).toEqual(expected.toSorted())
    const printed = run(["diff", "--root", box.merged, "--print0"])
    expect({ ...printed, stdout: printed.stdout.toString("latin1") })
      .toEqual({ status: 0, stderr: "", stdout: expected.map((line) => `${line}\0`).join("") })
    expect(lines(run(["diff", "--root", box.merged, "etc/../gone/", "/etc/link", "/type/in"]).stdout))
      .toEqual(["D /gone", "A /type/in"])
    const { stdout } = run(["diff", "--root", box.merged, "--json"])
    expect(JSON.parse(lines(stdout)[0] ?? "")).toEqual({ path: "/b\ufffd", path_base64: "L2L/", change: "added" })
    expect(run(["diff", "--root", box.merged, "/none", "/etc/none/x"])).toMatchObject({
      status: 1,
      stderr: "\"/none\" cannot be compared: no such file or directory (ENOENT).\n" +
        "\"/etc/none/x\" cannot be compared: no such file or directory (ENOENT).\n"
    })
  })

  it("finds the overlay that is the root of a process, and leaves out mounts in it", async () => {
    using box = overlay(populate)
    Fs.writeFileSync(`${box.merged}/etc/motd`, "new")
    await using child = await startIn(box.merged, "pivot_root")
    expect(lines(run(["diff", "--pid", String(child.pid)]).stdout)).toEqual(["C /etc", "C /etc/motd"])
    expect(run(["diff", "--pid", String(child.pid), "/proc/self/status"])).toMatchObject({
      status: 1,
      stderr: "\"/proc/self/status\" cannot be compared: cross-device link not permitted (EXDEV).\n"
    })
    makeAll(box.merged, ["jail"])
    await using jailed = await startIn(`${box.merged}/jail`, "chroot")
    expect(run(["diff", "--pid", String(jailed.pid)])).toMatchObject({ status: 1 })
  })

  it("leaves out what was created for mounts, as by container runtimes", () => {
    using box = overlay(populate)
    makeAll(box.merged, ["made/volume", "usr/lib/volume", "opaque/x/below"])
    for (const name of ["etc/hosts", "made/new"]) Fs.writeFileSync(`${box.merged}/${name}`, "")
    makeAll(box.path, ["volume/a"])
    for (const place of ["made/volume", "usr/lib/volume", "opaque/x"]) {
      bindMount(`${box.path}/volume`, `${box.merged}/${place}`)
    }
    bindMount("/dev/null", `${box.merged}/etc/hosts`)
    expect(lines(run(["diff", "--root", box.merged]).stdout)).toEqual(["A /made", "A /made/new"])
    for (const place of ["made/volume", "usr/lib/volume", "opaque/x", "etc/hosts"]) unmount(`${box.merged}/${place}`)
    expect(lines(run(["diff", "--root", box.merged]).stdout)).toEqual([
      "C /etc",
      "A /etc/hosts",
      "A /made",
      "A /made/new",
      "A /made/volume",
      "C /opaque",
      "C /opaque/x",
      "A /opaque/x/below",
      "C /usr",
      "C /usr/lib",
      "A /usr/lib/volume"
    ])
  })

  it("compares capabilities, also of files that are not programs yet, and times", async () => {
    using box = overlay((lower) => {
      for (const name of ["can", "cannot"]) Fs.writeFileSync(`${lower}/${name}`, "", { mode: 0o755 })
      Fs.writeFileSync(`${lower}/will`, "", { mode: 0o644 })
    })
    await using root = await openRoot(box.merged)
    const value = Buffer.from("0100000200040000000000000000000000000000", "hex")
    for (const name of ["can", "will"]) await root.directory.setExtendedAttribute(name, "security.capability", value)
    Fs.closeSync(Fs.openSync(`${box.merged}/cannot`, "a"))
    expect(await changesOf(box.merged)).toEqual(["C /can", "C /will"])
    Fs.utimesSync(`${box.merged}/cannot`, 1, 1)
    expect(await changesOf(box.merged)).toEqual(["C /can", "C /cannot", "C /will"])
  })

  it("recognizes whiteouts that are empty files", async () => {
    using box = mountedTemporary()
    const { path } = box
    makeAll(path, ["bottom/d", "middle/d", "upper/d", "work", "merged"])
    for (const name of ["hidden", "shown"]) Fs.writeFileSync(`${path}/bottom/d/${name}`, name)
    Fs.writeFileSync(`${path}/middle/d/hidden`, "")
    await using middle = await openRoot(`${path}/middle`)
    await middle.directory.setExtendedAttribute("d", "trusted.overlay.opaque", Buffer.from("x"))
    await middle.directory.setExtendedAttribute("d/hidden", "trusted.overlay.whiteout", Buffer.from("y"))
    mountOverlay(
      `${path}/merged`,
      `lowerdir=${path}/middle:${path}/bottom,upperdir=${path}/upper,workdir=${path}/work`
    )
    expect(Fs.readdirSync(`${path}/merged/d`)).toEqual(["shown"])
    expect(await changesOf(`${path}/merged`)).toEqual([])
    Fs.rmSync(`${path}/merged/d/shown`)
    Fs.writeFileSync(`${path}/merged/d/hidden`, "again")
    expect(await changesOf(`${path}/merged`)).toEqual(["C /d", "A /d/hidden", "D /d/shown"])
  })

  const FIRST = Number(process.env["DIFF_SEED"] ?? 1)
  const SEEDS = Number(process.env["DIFF_SEEDS"] ?? 25)

  it.each([
    "redirect_dir=off",
    "redirect_dir=on",
    "redirect_dir=on,metacopy=on",
    "redirect_dir=on,index=on",
    "userxattr"
  ])(
    "finds the same as a comparison of all files, with %s",
    async (options) => {
      let found = 0
      for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
        using box = mountedTemporary()
        const { path } = box
        const layers: Array<string> = []
        const { random: next } = generator(seed)
        const depth = 2 + next(3)
        for (let layer = 0; layer < depth; layer++) {
          makeAll(path, [`${layer}`, `work${layer}`, "merged", "image"])
          const lowerdir = layers.join(":")
          const writable = `upperdir=${path}/${layer},workdir=${path}/work${layer},${options}`
          const place = layer === 0 ? `${path}/0` : `${path}/merged`
          if (layer > 0) mountOverlay(place, `lowerdir=${lowerdir},${writable}`)
          // With an index, a change of a file also appears under its names that are not in the upper layer.
          change(place, seed * 10 + layer, layer === 0 ? 200 : 60, !options.includes("index=on"))
          if (layer === depth - 1) {
            if (layers.length === 1) bindMount(`${path}/0`, `${path}/image`)
            else mountOverlay(`${path}/image`, `lowerdir=${lowerdir},${options.replace(/,?index=on/, "")}`)
            const expected = differences(`${path}/merged`, `${path}/image`)
            const changes = await changesOf(`${path}/merged`)
            expect({ seed, changes: changes.toSorted() }).toEqual({ seed, changes: expected })
            found += expected.length
          } else if (layer > 0) unmount(place)
          layers.unshift(`${path}/${layer}`)
        }
      }
      expect(found).toBeGreaterThan(SEEDS * 3)
    }
  )

  it("follows a redirect below an opaque directory", async () => {
    using box = mountedTemporary()
    const { path } = box
    makeAll(path, ["bottom/deep", "bottom/o/d", "middle/o/d", "top/x", "upper/x", "work", "merged", "image"])
    Fs.writeFileSync(`${path}/bottom/deep/f`, "")
    Fs.writeFileSync(`${path}/bottom/o/d/g`, "")
    await using root = await openRoot(path)
    const mark = (place: string, name: string, value: string) =>
      root.directory.setExtendedAttribute(place, `trusted.overlay.${name}`, Buffer.from(value))
    await mark("upper/x", "opaque", "y")
    await mark("top/x", "redirect", "/o/d")
    await mark("middle/o", "opaque", "y")
    await mark("middle/o/d", "redirect", "/deep")
    const lowerdir = `lowerdir=${path}/top:${path}/middle:${path}/bottom`
    mountOverlay(`${path}/merged`, `${lowerdir},upperdir=${path}/upper,workdir=${path}/work`)
    mountOverlay(`${path}/image`, lowerdir)
    const expected = differences(`${path}/merged`, `${path}/image`)
    expect(expected).toContain("D /x/f")
    expect(await changesOf(`${path}/merged`)).toEqual(expected)
  })

  it.each([
    ["", "trusted", true],
    ["redirect_dir=nofollow", "trusted", false],
    ["userxattr", "user", false]
  ])(
    "finds the same as a comparison of all files, with any marks in the layers and %j",
    async (options, prefix, redirects) => {
      let [marked, compared] = [0, 0]
      for (let seed = FIRST; seed < FIRST + SEEDS * 2; seed++) {
        using box = mountedTemporary()
        const { path } = box
        const { random: next } = generator(seed)
        const layers = Array.from({ length: 2 + next(3) }, (_, i) => `${path}/${i}`)
        makeAll(path, ["work", "merged", "image", "empty"])
        for (const [i, layer] of layers.entries()) {
          Fs.mkdirSync(layer)
          change(layer, seed * 10 + i, 150)
          await using root = await openRoot(layer)
          for (let times = 0; times < 8; times++) {
            const place = SurrogateEscape.decode(Buffer.from(randomPath(next), "latin1"))
            const target = next(3) === 0 ? "b" : randomPath(next)
            const [mark, value] = next(redirects ? 2 : 6) > 0 ? ["opaque", "y"] : ["redirect", target]
            // In the lowest layer it has no effect, but in the mounted image another layer is below that one.
            if (!redirects && mark === "redirect" && i === layers.length - 1) continue
            if ((await root.directory.lstat(place).catch(() => undefined))?.type !== "Directory") continue
            await root.directory.setExtendedAttribute(place, `${prefix}.overlay.${mark}`, Buffer.from(value, "latin1"))
            marked++
          }
          for (let times = 0; times < 3; times++) {
            const node = { type: "CharacterDevice", major: 0, minor: 0 } as const
            const place = SurrogateEscape.decode(Buffer.from(randomPath(next), "latin1"))
            await root.directory.makeNode(place, node).catch(() => {})
          }
        }
        const [upper = "", ...lowers] = layers
        const mount = (place: string, layers: string) =>
          mountOverlay(`${path}/${place}`, [layers, options].filter(isCopied).join())
        mount("merged", `lowerdir=${lowers.join(":")},upperdir=${upper},workdir=${path}/work`)
        // An overlay has at least two layers.
        mount("image", `lowerdir=${[...lowers, `${path}/empty`].join(":")}`)
        if (!["merged", "image"].every((name) => isWhole(`${path}/${name}`))) continue
        const expected = differences(`${path}/merged`, `${path}/image`)
        const changes = await changesOf(`${path}/merged`)
        expect({ seed, changes: changes.toSorted() }).toEqual({ seed, changes: expected })
        compared++
      }
      expect({ marked: marked > SEEDS, compared: compared > SEEDS / 2 }).toEqual({ marked: true, compared: true })
    }
  )

  it("finds relative layers from the upper layer or from the mount point of the overlay", async () => {
    using box = mountedTemporary()
    const { path } = box
    makeAll(path, ["data/1/fs", "data/2/fs", "data/3/fs", "data/3/work", "data/3/merged"])
    Fs.writeFileSync(`${path}/data/1/fs/f`, "")
    const mount = (upper: string) => {
      const options = `lowerdir=2/fs:1/fs,upperdir=${upper}/fs,workdir=${upper}/work`
      const { status, stderr } = spawnSync("mount", ["-t", "overlay", "none", `${path}/data/3/merged`, "-o", options], {
        cwd: `${path}/data`,
        encoding: "utf8"
      })
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    }
    mount(`${path}/data/3`)
    Fs.rmSync(`${path}/data/3/merged/f`)
    expect(await changesOf(`${path}/data/3/merged`)).toEqual(["D /f"])
    unmount(`${path}/data/3/merged`)
    mount("3")
    expect(await changesOf(`${path}/data/3/merged`)).toEqual(["D /f"])
    Fs.renameSync(`${path}/data/1`, `${path}/data/moved`)
    expect(run(["diff", "--root", `${path}/data/3/merged`])).toMatchObject({
      status: 1,
      stderr: "The layers of the root cannot be found: \"3/fs\" is relative to an unknown directory.\n"
    })
  })

  describe("fails with the reason", () => {
    const refusal = (place: string) => {
      const { status, stderr, stdout } = run(["diff", "--root", place])
      return { status, stderr, stdout: stdout.toString() }
    }
    const because = (sentence: RegExp) => ({ status: 1, stdout: "", stderr: expect.stringMatching(sentence) })

    it("if the root is not an overlay, or only a part of one", () => {
      using box = overlay(populate)
      expect(refusal(box.path)).toEqual(because(/^The root is on "tmpfs", not on an overlay/))
      expect(refusal(`${box.merged}/etc`)).toEqual(because(/^The root is a directory in a mount, and/))
      makeAll(box.path, ["bound"])
      bindMount(`${box.merged}/etc`, `${box.path}/bound`)
      expect(refusal(`${box.path}/bound`)).toEqual(because(/^The root is a directory in a mount, and/))
    })

    it("if it is mounted in another mount namespace", async () => {
      using box = overlay(populate)
      await using child = await startIn(box.merged, "pivot_root")
      expect(run(["diff", "--pid", String(child.pid)])).toMatchObject({ status: 0, stderr: "" })
      expect(refusal(`/proc/${child.pid}/root`)).toEqual(because(/^The root is on a mount of another mount namespace/))
    })

    it("if the overlay has no upper layer", () => {
      using box = mountedTemporary()
      makeAll(box.path, ["a", "b", "merged"])
      mountOverlay(`${box.path}/merged`, `lowerdir=${box.path}/a:${box.path}/b`)
      expect(refusal(`${box.path}/merged`)).toEqual(because(/^The root is an overlay without an upper layer/))
    })

    it("if layers have been moved", () => {
      using box = overlay(populate)
      Fs.renameSync(box.upper, `${box.path}/moved`)
      expect(refusal(box.merged)).toEqual(
        because(/^The upper layer of the root, ".*\/upper", cannot be opened: .* \(ENOENT\)\.\n/)
      )
      makeAll(box.path, ["upper"])
      expect(refusal(box.merged)).toEqual(because(/^".*\/upper" is not the upper layer of the root/))
    })

    it("if layers or their attributes cannot be read", () => {
      using box = overlay(populate)
      Fs.writeFileSync(`${box.merged}/etc/motd`, "new")
      const [path, place] = [process.argv[0] ?? "", box.path.replace(/\/root$/, "")]
      Fs.chmodSync(place, 0o755)
      const asUser = (before: ReadonlyArray<string>) => {
        const command = [...before, path, new URL("../../dist/bin.js", import.meta.url).pathname]
        const [program = "", ...args] = [...command, "diff", "--root", box.merged]
        return spawnSync(program, args, { encoding: "utf8" })
      }
      const user = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"]
      const sentence = /^The layers of the root cannot be compared, .* CAP_SYS_ADMIN outside of user namespaces\.\n$/
      expect(asUser(user)).toMatchObject({ status: 1, stderr: expect.stringMatching(sentence) })
      expect(asUser(["unshare", "--user", "--map-root-user"]))
        .toMatchObject({ status: 1, stderr: expect.stringMatching(sentence) })
      makeAll(box.path, ["closed/lower", "up", "wo", "other"])
      mountOverlay(
        `${box.path}/other`,
        `lowerdir=${box.path}/closed/lower,upperdir=${box.path}/up,workdir=${box.path}/wo`
      )
      Fs.chmodSync(`${box.path}/closed`, 0o700)
      const [program = "", ...args] = [...user, path, new URL("../../dist/bin.js", import.meta.url).pathname]
      const closed = spawnSync(program, [...args, "diff", "--root", `${box.path}/other`], { encoding: "utf8" })
      expect(closed.stderr).toMatch(
        /^The lower layer of the root, .* \(EACCES\); this requires root, or CAP_DAC_READ_SEARCH\.\n$/
      )
    })
  })
})
