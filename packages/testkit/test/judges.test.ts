import { judge, without } from "@procfsroot/testkit/judges"
import { readdirSync, readFileSync } from "node:fs"
import { afterEach, describe, expect, it, vi } from "vitest"
import { repository } from "./repository.js"

const lacking = (takesRoot: boolean) => judge(() => "there is no kernel", takesRoot)

/** Whether `without` skips the test for a user, and what it prints. */
const asked = (uid: number, required: boolean, takesRoot: boolean): readonly [skips: boolean, printed: unknown] => {
  vi.stubEnv("REQUIRE_JUDGES", required ? "1" : "")
  vi.stubGlobal("process", { ...process, getuid: () => uid })
  const warn = vi.spyOn(console, "warn").mockReturnValue()
  return [without(lacking(takesRoot)), warn.mock.lastCall?.[0]]
}

describe("a test that lacks a judge", () => {
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  it("is skipped with the reason", () => {
    expect(asked(0, false, false)).toEqual([true, "skipped: there is no kernel"])
    expect(asked(1000, false, false)).toEqual([true, "skipped: there is no kernel"])
    expect(asked(1000, false, true)).toEqual([true, "skipped: there is no kernel (root could run it)"])
  })

  it("fails with the reason if judges are required", () => {
    expect(() => asked(0, true, false)).toThrow("there is no kernel")
    expect(() => asked(1000, true, false)).toThrow("there is no kernel")
    expect(() => asked(0, true, true)).toThrow("there is no kernel")
  })

  it("is still skipped if only root could have the judge, and the user is not root", () => {
    expect(asked(1000, true, true)).toEqual([true, "skipped: there is no kernel (root could run it)"])
  })

  it("prints nothing if nothing is missing, and probes each judge once", () => {
    const probe = vi.fn<() => string | undefined>()
    const there = judge(probe)
    const warn = vi.spyOn(console, "warn").mockReturnValue()
    expect([without(there), without(there), without()]).toEqual([false, false, false])
    expect(probe).toHaveBeenCalledOnce()
    expect(warn).not.toHaveBeenCalled()
  })
})

/** Ways to skip a test, or not to define it, without asking `without`. */
const ways: ReadonlyArray<RegExp> = [
  // `describe.skipIf(without(…))` is the only allowed way. It can have another condition in front.
  /\.skipIf\((?!(?:[^()]*&& )?without\((?:[^()]|\([^()]*\))*\)\))/,
  /\.runIf\(/,
  /\b(?:it|test|describe|suite|bench)\b[.\w]*\.(?:skip|todo|only|fails)\b/,
  /\b(?:context|ctx|task)\.skip\b/,
  /\{[^{}]*\bskip\b[^{}]*\}\s*\)\s*=>/,
  /\b[fx](?:it|describe)\(/,
  // A condition on what the machine has.
  /\bif \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?(?:\bgete?[ug]id\b|\bwithout\(|available|process\.(?:platform|arch)\b|existsSync\("\/(?:dev|proc|sys)\b)/,
  // The native binding can be missing. Tests load it through test/binding.ts, which asks `without`.
  /import \{.*\bload\b.*\} from ".*\/internal\/openat2\.js"/
]

const linesThatSkip = (text: string): ReadonlyArray<string> =>
  text.split("\n").filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && ways.some((way) => way.test(line)))

const asking = ["packages/testkit/test/judges.test.ts", "packages/platform-node/test/binding.ts"]

const sources = readdirSync(`${repository}packages`).flatMap((name) =>
  [`packages/${name}/test`, ...(name === "testkit" ? ["packages/testkit/src"] : [])].flatMap((directory) => {
    try {
      return readdirSync(repository + directory, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => `${directory}/${file}`)
    } catch {
      return [] // A package without tests.
    }
  })
).filter((file) => !asking.includes(file))

describe("a test is only skipped", () => {
  it("by asking for judges", () => {
    expect(sources.length).toBeGreaterThan(80)
    expect(
      sources.flatMap((file) =>
        linesThatSkip(readFileSync(repository + file, "utf8")).map((line) => `${file}: ${line.trim()}`)
      )
    ).toEqual([])
  })

  it.each([
    "describe.skipIf(process.getuid?.() !== 0)(\"a\", () => {",
    "  it.scoped.skipIf(!available)(\"a\", () =>",
    "it.skipIf(without(\"openat2\") || isSlow)(\"a\", () => {})",
    "it.runIf(isRoot)(\"a\", () => {})",
    "describe.skip(\"a\", () => {",
    "const define = isRoot ? it : it.skip",
    "it.effect.skip(\"a\", () =>",
    "  if (unavailable !== undefined) return context.skip(unavailable)",
    "  it(\"a\", ({ skip }) => {",
    "  if (process.getuid?.() !== 0) return",
    "if (!existsSync(\"/dev/fuse\")) return",
    "  if (without(\"openat2\")) return",
    "xit(\"a\", () => {",
    "import { load, type Openat2 } from \"../src/internal/openat2.js\""
  ])("and this way is reported: %s", (line) => {
    expect(linesThatSkip(`${line}\n`)).toEqual([line])
  })

  it.each([
    "describe.skipIf(without(\"openat2\")).each(strategies)(\"a\", () => {",
    "it.skipIf(method === \"chown\" && without(\"root\"))(\"a\", () => {",
    "  expect(stat.uid).toBe(process.getuid?.())",
    "  // it.skip would hide this.",
    "Stream.drop(stream, 1)"
  ])("and this is not reported: %s", (line) => {
    expect(linesThatSkip(line)).toEqual([])
  })
})

/** Functions that mount something in the namespace of the tests, where only root may, and not in one of their own. */
const mounts =
  /import \{[^}]*\b(?:bindMount|limitedTmpfs|mountOverlay|mountTmpfs|mountedTemporary)\b[^}]*\} from "@procfsroot\/testkit\/mounts"/

it("a test that mounts in its own process asks whether it may", () => {
  const files = sources.map((file) => [file, readFileSync(repository + file, "utf8")] as const)
    .filter(([file, text]) => file.endsWith(".test.ts") && mounts.test(text))
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter(([, text]) => !/"mountHere"|without\([^)]*"root"/.test(text)).map(([file]) => file)).toEqual([])
})
