/** Makes an archive with GNU tar, with names that a reader could lose. */
import { spawnSync } from "node:child_process"
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { type Judge, judge } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"

export const gnuTar: Judge = judge(() =>
  spawnSync("tar", ["--version"]).stdout?.includes("GNU tar") === true ? undefined : "there is no GNU tar"
)

/** A name that is too long for a header. */
export const long = "long".repeat(40)

/**
 * Contains `/dir/<0xff>`, `/link -> dir`, two names of one file below a long name, a fifo, and a sparse file, which is
 * skipped.
 */
export const archive = (format: "gnu" | "pax"): Buffer => {
  using directory = temporary()
  const at = (name: string) => `${directory.path}/${name}`
  mkdirSync(at("dir"))
  writeFileSync(Buffer.concat([Buffer.from(at("dir/")), Buffer.from([0xff])]), "content".repeat(100))
  symlinkSync("dir", at("link"))
  mkdirSync(at(long))
  writeFileSync(at(`${long}/soft`), "")
  linkSync(at(`${long}/soft`), at(`${long}/hard`))
  spawnSync("mkfifo", [at("fifo")])
  writeFileSync(at("sparse"), "")
  truncateSync(at("sparse"), 1 << 20)
  const { error, stdout } = spawnSync("tar", ["-cS", `--format=${format}`, "--sort=name", "-C", directory.path, "."], {
    maxBuffer: 1 << 26
  })
  if (error !== undefined) throw error
  return stdout
}
