/**
 * isomorphic-git, a program that takes `fs` as an argument, creates the same objects in a root as in a plain directory.
 * `GIT_FILES=1000` uses more files.
 */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import * as git from "isomorphic-git"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { type Fs as Injected, runs } from "./fileSystems.js"

const files = Number(process.env["GIT_FILES"] ?? 50)

const author = { name: "somebody", email: "somebody@example.org", timestamp: 1_700_000_000, timezoneOffset: 0 }

/** Init, add, commit, branch, checkout, merge, status. */
const history = async (promises: Injected, base: string): Promise<unknown> => {
  const [fs, dir] = [{ promises }, `${base}/repository`]
  const commit = (message: string) => git.commit({ fs, dir, message, author })
  await promises.mkdir(dir)
  await git.init({ fs, dir, defaultBranch: "main" })
  for (let i = 0; i < files; i++) {
    await promises.mkdir(`${dir}/d${i % 10}`, { recursive: true })
    await promises.writeFile(`${dir}/d${i % 10}/f${i}`, `file ${i}\n`, { mode: i % 2 === 0 ? 0o644 : 0o755 })
  }
  await promises.symlink("d0/f0", `${dir}/link`)
  await git.add({ fs, dir, filepath: "." })
  const commits = [await commit("one")]
  await git.branch({ fs, dir, ref: "side", checkout: true })
  await promises.writeFile(`${dir}/d1/f1`, "changed\n")
  await git.add({ fs, dir, filepath: "d1/f1" })
  await promises.rm(`${dir}/d2/f2`)
  await git.remove({ fs, dir, filepath: "d2/f2" })
  commits.push(await commit("two"))
  await git.checkout({ fs, dir, ref: "main" })
  await promises.writeFile(`${dir}/d3/new`, "new\n")
  await git.add({ fs, dir, filepath: "d3/new" })
  commits.push(await commit("three"))
  const merged = await git.merge({ fs, dir, ours: "main", theirs: "side", author })
  await git.checkout({ fs, dir, ref: "main" })
  return {
    commits,
    merged: merged.oid,
    status: await git.statusMatrix({ fs, dir }),
    objects: (await promises.readdir(`${dir}/.git/objects`, { recursive: true })).toSorted(),
    link: await promises.readlink(`${dir}/link`)
  }
}

describe("isomorphic-git", () => {
  it.each(["kernel", "walk", "memory"] as const)(`creates the same repository of ${files} files: %s`, async (name) => {
    expect(await runs[name](history)).toEqual(await runs.node(history))
  })

  it.each(["kernel", "walk"] as const)("reads and writes nothing outside through links: %s", async (strategy) => {
    using directory = temporary()
    const outside = `${directory.path}/outside`
    const host = `${directory.path}/root/repository`
    Fs.mkdirSync(outside)
    Fs.mkdirSync(host, { recursive: true })
    Fs.writeFileSync(`${outside}/f`, "secret")
    await using root = await openRoot(`${directory.path}/root`, { strategy })
    const [fs, dir] = [{ promises: root.promises }, "/repository"]
    await git.init({ fs, dir, defaultBranch: "main" })
    // Somebody leaves links in the work tree, and replaces the directory of the objects with one.
    Fs.symlinkSync("../../outside", `${host}/up`)
    Fs.symlinkSync(outside, `${host}/absolute`)
    expect((await git.statusMatrix({ fs, dir })).map(([name]) => name)).toEqual(["absolute", "up"])
    await git.add({ fs, dir, filepath: "." })
    const { oid } = await git.hashBlob({ object: "secret" })
    await expect(git.readBlob({ fs, dir, oid })).rejects.toMatchObject({ code: "NotFoundError" })
    Fs.rmSync(`${host}/.git/objects`, { recursive: true })
    Fs.symlinkSync(outside, `${host}/.git/objects`)
    await expect(git.writeBlob({ fs, dir, blob: new Uint8Array(1) })).rejects.toMatchObject({ code: "ENOENT" })
    expect(Fs.readdirSync(outside)).toEqual(["f"])
    // Without a root, isomorphic-git follows the links.
    await git.writeBlob({ fs: { promises: Fs.promises }, dir: host, blob: new Uint8Array(1) })
    expect(Fs.readdirSync(outside).length).toBeGreaterThan(1)
  })
})
