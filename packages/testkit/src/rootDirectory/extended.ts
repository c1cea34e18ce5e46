/** Compares extended attributes with the functions of libc. */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { without } from "../judges.js"
import { makeSpecial } from "../special.js"
import * as Libc from "./libc.js"
import { userAttributes } from "./userAttributes.js"
import { inWorld, type Kind, outcome, outcomeOf } from "./world.js"

const fill = (place: string): void => {
  Fs.mkdirSync(`${place}/d`)
  Fs.writeFileSync(`${place}/d/f`, "content")
  Fs.symlinkSync("d/f", `${place}/l`)
  Fs.symlinkSync("nowhere", `${place}/dangling`)
  makeSpecial(`${place}/p`, "FIFO")
}

const missing = ["dangling", "none", "d/f/", "l/"]
const paths = ["d/f", "d", "l", "dangling", "p", "none", "d/f/", "l/"]
const names = [
  "user.a",
  "user.b",
  "user.",
  "user",
  "nothing.a",
  "",
  `user.${"n".repeat(250)}`,
  `user.${"n".repeat(251)}`
]
const values = [new Uint8Array(0), new Uint8Array([0, 1, 255]), new Uint8Array(70_000)]

/**
 * If a path does not resolve, only the valid names or values. Since Linux 6.13, the kernel checks them before the path,
 * and before that version after it, so the errors of invalid ones differ.
 */
const validFor = <A>(path: string, noFollow: boolean, all: ReadonlyArray<A>): ReadonlyArray<A> =>
  missing.includes(path) && !(noFollow && path === "dangling") ? all.slice(0, 2) : all

/** For the library, a missing attribute is not an error. */
const found = (asked: unknown): unknown => asked === "ENODATA" ? { ok: undefined } : asked

const bytes = (asked: unknown): unknown => JSON.parse(JSON.stringify(asked ?? null))

export const extended = (kind: Kind): void => {
  describe.skipIf(without("koffi", userAttributes))("extended attributes", () => {
    it("are set, listed, read and removed as with libc", () =>
      inWorld(kind, fill, async ({ directory, judge }) => {
        const compare = async (what: string, ours: Promise<unknown>, theirs: () => unknown, read = (x: unknown) => x) =>
          expect([what, bytes(await outcome(ours))]).toEqual([what, bytes(read(outcomeOf(theirs)))])
        for (const noFollow of [false, true]) {
          for (const path of paths) {
            const place = `${judge}/${path}`
            for (const name of validFor(path, noFollow, names)) {
              const what = `${path} ${name} ${noFollow ? "itself" : ""}`
              for (const value of validFor(path, noFollow, values)) {
                await compare(
                  `set ${what}`,
                  directory.setExtendedAttribute(path, name, value, { noFollow }),
                  () => Libc.setAttribute(place, name, value, noFollow)
                )
                await compare(
                  `get ${what}`,
                  directory.getExtendedAttribute(path, name, { noFollow }),
                  () => Libc.getAttribute(place, name, noFollow),
                  found
                )
              }
            }
            const sorted = (list: ReadonlyArray<string>) => list.toSorted()
            await compare(
              `list ${path}`,
              directory.listExtendedAttributes(path, { noFollow }).then(sorted),
              () => sorted(Libc.listAttributes(place, noFollow))
            )
          }
        }
        for (const path of paths) {
          for (const name of [...validFor(path, false, names), "user.a"]) {
            await compare(
              `remove ${path} ${name}`,
              directory.removeExtendedAttribute(path, name),
              () => Libc.removeAttribute(`${judge}/${path}`, name)
            )
          }
        }
      }))

    it("are set on the file on disk that the path leads to", () =>
      inWorld(kind, fill, async ({ directory, own }) => {
        await directory.setExtendedAttribute("l", "user.a", new Uint8Array([1, 2]))
        expect(await directory.getExtendedAttribute("d/f", "user.a")).toEqual(new Uint8Array([1, 2]))
        if (kind.onDisk) expect(Libc.getAttribute(`${own}/d/f`, "user.a")).toEqual(new Uint8Array([1, 2]))
        await expect(directory.getExtendedAttribute("none", "user.a")).rejects.toMatchObject({
          code: "ENOENT",
          method: "getExtendedAttribute",
          syscall: "getxattr"
        })
      }))
  })
}
