/** Without koffi, or if it is damaged, every root walks and reports the reason. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { spawnSync } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { createRequire, isBuiltin } from "node:module"
import { dirname } from "node:path"
import { isWhole } from "../../node/src/internal/native/elf.js"

/** Whether `node:ffi` would be used instead of koffi. */
const hasFfi = isBuiltin("node:ffi")

type Change = (binaries: ReadonlyArray<string>) => void

const binariesIn = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".node")).map((name) => `${directory}/${name}`)

const koffi = (): string => dirname(realpathSync(createRequire(import.meta.url).resolve("koffi")))

/** Not by `dereference` of `cpSync`: on Node 22.23, it links to the packages, and a change would be to koffi itself. */
const copyBinaries = (from: string, to: string): void => {
  for (const name of readdirSync(from)) cpSync(realpathSync(`${from}/${name}`), `${to}/${name}`, { recursive: true })
}

/** The output of a program that finds a changed copy of koffi's binaries, or none. */
const withKoffi = async (change: Change | undefined, options: ReadonlyArray<string> = []): Promise<unknown> => {
  using place = temporary()
  const modules = `${place.path}/node_modules`
  mkdirSync(modules)
  materialize(place.path, [{ path: "/root/f", type: "file" }, { path: "/root/l", type: "symlink", target: "f" }])
  if (change !== undefined) {
    copyBinaries(`${dirname(koffi())}/@koromix`, `${modules}/@koromix`)
    change(binariesIn(modules))
  }
  cpSync(await bundled(new URL("./programs/strategy.ts", import.meta.url)), `${place.path}/program.mjs`)
  const args = [...hasFfi ? ["--no-experimental-ffi"] : [], ...options]
  const program = [`${place.path}/program.mjs`, `${place.path}/root`]
  const { signal, stderr, stdout } = spawnSync(process.execPath, [...args, ...program], {
    encoding: "utf8",
    // Only this directory is searched for modules.
    env: { PATH: process.env["PATH"], HOME: place.path },
    timeout: 60_000
  })
  return stdout === "" ? { signal, stderr } : { ...JSON.parse(stdout), warnings: warningsIn(stderr) }
}

const warningsIn = (stderr: string): ReadonlyArray<string> =>
  Array.from(stderr.matchAll(/^\(node:\d+\) (.*)$/gm), ([, warning = ""]) => warning)

/** The output if Node has no `node:ffi` either. */
const walked = (reason: string) => ({
  strategy: { name: "walk", reason: expect.stringMatching(`^${reason}, and Node .* has no node:ffi$`) },
  resolved: "/f",
  real: "/f",
  warnings: [
    expect.stringMatching(
      `^\\[PROCFSROOT_NO_NATIVE_CALLS\\] Warning: .*without native calls: ${reason}, and Node .* has no node:ffi\\.$`
    )
  ]
})

/** An offset in `elf(5)`, and the number of a processor on which Node does not run. */
const MACHINE_AT = 18
const EM_VAX = 75

const patch = (file: string, at: number, value: number): void => {
  const content = readFileSync(file)
  content.writeUInt16LE(value, at)
  writeFileSync(file, content)
}

describe("koffi", () => {
  it("is reported as not installed", async () => {
    expect(await withKoffi(undefined)).toMatchObject(walked("koffi is not installed"))
  })
})

describe.skipIf(without("koffi"))("koffi's binary", () => {
  it.skipIf(without("openat2"))("is used if it is complete", async () => {
    expect(await withKoffi(() => {})).toMatchObject({
      strategy: { name: "kernel" },
      resolved: "/f",
      real: "/f",
      warnings: []
    })
  })

  it("is not loaded with --no-addons, and the reason reads as a part of a sentence", async () => {
    expect(await withKoffi(() => {}, ["--no-addons"])).toMatchObject(walked("koffi cannot be loaded: .* is disabled"))
  })

  it.each([0, 15, 1_000, 100_000])("is not loaded if it is truncated after %i bytes", async (length) => {
    const answer = await withKoffi((binaries) => binaries.forEach((binary) => truncateSync(binary, length)))
    expect(answer).toMatchObject(walked("koffi cannot be loaded: .*koffi\\.node is cut off"))
  })

  it("cannot be loaded if it is for another processor", async () => {
    const answer = await withKoffi((binaries) => binaries.forEach((binary) => patch(binary, MACHINE_AT, EM_VAX)))
    expect(answer).toMatchObject(walked("koffi cannot be loaded: .*koffi\\.node.*"))
  })

  it("counts as not installed if it is installed only for another processor", async () => {
    const answer = await withKoffi((binaries) => {
      const directory = dirname(dirname(binaries[0] ?? ""))
      renameSync(directory, directory.replace(process.arch, "vax"))
    })
    expect(answer).toMatchObject(walked("koffi is not installed"))
  })

  it("cannot be loaded if it is only for musl, and Node is for glibc", async () => {
    const answer = await withKoffi((binaries) =>
      binaries.filter((binary) => !binary.includes("musl")).forEach((binary) => rmSync(binary))
    )
    expect(answer).toMatchObject(walked("koffi cannot be loaded: .*"))
  })

  it("cannot be loaded if the one for musl is in place of the one for glibc", async () => {
    const answer = await withKoffi((binaries) => {
      const ofMusl = binaries.find((binary) => binary.includes("musl")) ?? ""
      binaries.forEach((binary) => binary === ofMusl || cpSync(ofMusl, binary))
    })
    expect(answer).toMatchObject(walked("koffi cannot be loaded: .*"))
  })

  it("is not loaded if it is not a binary", async () => {
    const answer = await withKoffi((binaries) => binaries.forEach((binary) => writeFileSync(binary, "x".repeat(9_999))))
    expect(answer).toMatchObject(walked(".* is cut off"))
  })
})

describe("a library", () => {
  it("is recognized as complete or truncated", () => {
    using place = temporary()
    const copy = `${place.path}/copy`
    const [binary = process.execPath] = binariesIn(
      `${dirname(koffi())}/@koromix`
    )
    expect(isWhole(binary)).toBe(true)
    cpSync(binary, copy)
    for (const length of [statSync(copy).size >> 1, 200, 64, 63, 10, 0]) {
      truncateSync(copy, length)
      expect({ length, whole: isWhole(copy) }).toEqual({ length, whole: false })
    }
  })
})
