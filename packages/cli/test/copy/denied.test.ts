/** Tests copies by an ordinary user if the umask or an ACL denies the owner of a file what a copy needs. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { another, asAnother, bin, lines, shell } from "../command.js"
import { aclOf } from "./boxes.js"

/** Without capabilities, root is an ordinary user. */
const ordinary = process.getuid?.() === 0 ? "setpriv --bounding-set=-all --inh-caps=-all" : ""

const TREE = "umask 022 && mkdir -p s/d/e && echo > s/d/f && ln -s f s/d/l && chmod 555 s/d && chmod 500 s/d/e"

/** A directory in which another user, who may not be able to read the command where it is, runs scripts. */
const openPlace = () => {
  const place = temporary()
  const work = `${place.path}/work`
  copyFileSync(bin, `${place.path}/procfsroot.mjs`)
  mkdirSync(work)
  chmodSync(place.path, 0o755)
  chmodSync(work, 0o777)
  return {
    work,
    run: (script: string): ReadonlyArray<string> => {
      // koffi is not next to the command: since Node 26, it uses node:ffi, of which Node warns.
      const quiet = `${process.execPath} --disable-warning=ExperimentalWarning`
      const env = { ...process.env, LC_ALL: "C", bin: `${quiet} ${place.path}/procfsroot.mjs` }
      const { stderr, stdout } = spawnSync("sh", ["-c", script], { ...asAnother, cwd: work, env })
      return lines(`${stdout}${stderr}`)
    },
    [Symbol.dispose]: () => {
      execFileSync("chmod", ["-R", "u+rwx", work])
      place[Symbol.dispose]()
    }
  }
}

describe.skipIf(without(another))("a copy by an ordinary user", () => {
  it.each(["022", "277", "300", "400", "777"])("with the umask %s is complete, as with cp -a and tar", (mask) => {
    using place = openPlace()
    const found = place.run(`
      ${TREE} && tar -cf a.tar s && tar -cf f.tar s/d/f
      for to in cp own tar ownTar part ownPart; do mkdir $to; done
      umask ${mask}
      cp -a s cp && $bin cp s own
      tar -xpf a.tar -C tar && $bin cp - ownTar < a.tar
      tar -xpf f.tar -C part && $bin cp - ownPart < f.tar
      for to in cp own tar ownTar part ownPart; do (cd $to && find . -mindepth 1 -printf '%p %m\\n' 2> /dev/null | sort | tr '\\n' ' '; echo); done
    `).filter((line) => !line.includes("extended attributes"))
    const [cp, own, tar, ownTar, part, ownPart] = found
    expect([own, ownTar, ownPart]).toEqual([cp, tar, part])
    expect(found.length).toBe(6)
  })

  it.skipIf(without("koffi"))("is complete in a directory whose default ACL denies the owner writing", async () => {
    using place = openPlace()
    mkdirSync(`${place.work}/to`)
    chmodSync(`${place.work}/to`, 0o777)
    await using root = await openRoot(place.work)
    await root.directory.setExtendedAttribute("to", "system.posix_acl_default", aclOf(5))
    const found = place.run(`
      ${TREE} && cp -a s to/cp && $bin cp s to/own
      for to in cp own; do (cd to/$to && find . -printf '%p %m\\n' | sort | tr '\\n' ' '; echo); done
    `).filter((line) => !line.includes("extended attributes"))
    expect(found).toEqual([found[0], found[0]])
  })
})

it.skipIf(without("koffi"))("keeps the other attributes of a file whose ACL denies the owner writing", async () => {
  using place = temporary()
  await using root = await openRoot(place.path)
  writeFileSync(`${place.path}/f`, "")
  // The ACL comes first in the list.
  await root.directory.setExtendedAttribute("f", "system.posix_acl_access", aclOf(7))
  await root.directory.setExtendedAttribute("f", "user.x", Uint8Array.of(1))
  await root.directory.setExtendedAttribute("f", "system.posix_acl_access", aclOf(5))
  const { stderr } = shell(`${ordinary} $bin cp "$1/f" "$1/g"`, [place.path])
  expect(stderr).toBe("")
  const [of, ofCopy] = await Promise.all(["f", "g"].map((name) => root.directory.listExtendedAttributes(name)))
  expect(ofCopy?.toSorted()).toEqual(of?.toSorted())
})

it("copies and packs a directory that may not be searched, as with cp -a and tar", () => {
  using place = temporary()
  const { stdout } = shell(
    `
      cd "$1" && mkdir cp own empty full && touch full/1 full/2 && ln -s empty link && chmod 600 empty full
      as="${ordinary}"
      for from in empty full link/; do
        $as cp -a $from cp/$from; echo $?
        $as $bin cp $from own/$from; echo $?
      done
      for from in empty full; do
        $as tar -cf - $from | tar -t
        $as $bin cp $from - | tar -t
      done
      for by in cp own; do $as find $by -printf '%P %m ' | sort | tr '\\n' ' '; echo; done
      chmod -R u+rwx .
    `,
    [place.path]
  )
  const found = lines(stdout)
  const [theirs, own] = [0, 1].map((by) => found.filter((_, index) => index % 2 === by))
  expect(own).toEqual(theirs)
  expect(found.length).toBe(12)
})
