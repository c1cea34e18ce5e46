/** Programs that take `fs` as an argument: they have the same results with Node's own file system and in a root. */
import { statfsSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { codeOf, errorOf, failureOf, itIsAsOverNode, type Program, thrownBy } from "./asOverNode.js"
import type { Fs } from "./fileSystems.js"

/** Copies a tree: names, contents, modes and links. */
const copyTree = async (fs: Fs, from: string, to: string): Promise<number> => {
  await fs.mkdir(to, { recursive: true })
  let count = 0
  for (const entry of await fs.readdir(from, { withFileTypes: true })) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`]
    count++
    if (entry.isDirectory()) count += await copyTree(fs, source, target)
    else if (entry.isSymbolicLink()) await fs.symlink(await fs.readlink(source), target)
    else {
      await fs.writeFile(target, await fs.readFile(source))
      await fs.chmod(target, (await fs.stat(source)).mode & 0o7777)
    }
  }
  return count
}

const describeTree = async (fs: Fs, directory: string): Promise<ReadonlyArray<unknown>> => {
  const names = (await fs.readdir(directory, { recursive: true })).toSorted()
  return Promise.all(names.map(async (name) => {
    const place = `${directory}/${name}`
    const stats = await fs.lstat(place)
    const what = stats.isSymbolicLink()
      ? await fs.readlink(place)
      : stats.isDirectory()
      ? "directory"
      : await fs.readFile(place, "utf8")
    return [name, (stats.mode & 0o7777).toString(8), stats.nlink, what]
  }))
}

const tree = async (fs: Fs, base: string): Promise<void> => {
  await fs.mkdir(`${base}/t/a/b`, { recursive: true })
  await fs.writeFile(`${base}/t/f`, "content", { mode: 0o640 })
  await fs.writeFile(`${base}/t/a/run`, "#!/bin/sh\n", { mode: "755" })
  await fs.symlink("../f", `${base}/t/a/link`)
  await fs.symlink("nowhere", `${base}/t/a/b/dangling`)
}

const programs: Readonly<Record<string, Program>> = {
  "a recursive copier": async (fs, base) => {
    await tree(fs, base)
    return [await copyTree(fs, `${base}/t`, `${base}/u/v`), await describeTree(fs, `${base}/u/v`)]
  },
  "the names of calls in errors": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "")
    const watched = async (path: string) => fs.watch(path)[Symbol.asyncIterator]().next()
    return [
      await errorOf(fs.opendir(`${base}/f`)),
      await errorOf(fs.opendir(`${base}/none`)),
      await failureOf(watched(`${base}/none`)),
      await failureOf(watched(`${base}/f/none`))
    ]
  },
  "an open directory": async (fs, base) => {
    await fs.mkdir(`${base}/d`)
    await fs.writeFile(`${base}/d/f`, "")
    const [closed, read] = [await fs.opendir(`${base}/d`), await fs.opendir(`${base}/d`)]
    await closed.close()
    const names: Array<string> = []
    for await (const { name } of read) names.push(name)
    return [
      names,
      await codeOf(closed.close()),
      await codeOf(read.close()),
      await codeOf(closed[Symbol.asyncIterator]().next())
    ]
  },
  "the entries of an open directory": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "")
    const directory: unknown = await fs.opendir(base === "" ? "/" : base)
    // It is missing in Node's types.
    const { entries } = directory as { readonly entries?: () => AsyncIterable<{ readonly name: string }> }
    if (entries === undefined) return "missing"
    const names: Array<string> = []
    for await (const { name } of entries.call(directory)) names.push(name)
    return names
  },
  "the first directory that mkdir has made": async (fs, base) => {
    const made: Array<unknown> = []
    for (const path of ["a/", "b//", "c/d/", "e//f", "g///h//i//", "j/./k", "l/../m/", "a/n", "a/n"]) {
      made.push([path, await fs.mkdir(`${base}/${path}`, { recursive: true })])
    }
    return made
  },
  "times as text": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "")
    const times: Array<unknown> = []
    for (const time of ["-1", "-1.5", "0", "1.5", " 7 ", "1e3"]) {
      await fs.utimes(`${base}/f`, time, time)
      const { atimeMs, mtimeMs } = await fs.stat(`${base}/f`)
      times.push([time, atimeMs, mtimeMs])
    }
    return [times, await codeOf(fs.utimes(`${base}/f`, "x", 0))]
  },
  "an open directory, synchronously": async (fs, base) => {
    await fs.mkdir(`${base}/d`)
    await fs.writeFile(`${base}/d/f`, "")
    const directory = await fs.opendir(`${base}/d`)
    const read = [directory.readSync()?.name, directory.readSync(), directory.closeSync()]
    return [read, await thrownBy(() => directory.readSync()), await thrownBy(() => directory.closeSync())]
  },
  "an open directory, with callbacks": async (fs, base) => {
    await fs.mkdir(`${base}/d`)
    await fs.writeFile(`${base}/d/f`, "")
    const directory = await fs.opendir(`${base}/d`)
    const order: Array<unknown> = []
    const read = () =>
      new Promise<void>((resolve) => {
        directory.read((error, entry) => {
          order.push(error, entry?.name)
          resolve()
        })
        order.push("later")
      })
    const close = () =>
      new Promise<void>((resolve) => {
        directory.close((error) => {
          order.push(error === null || error === undefined ? null : "code" in error && error.code)
          resolve()
        })
        order.push("later")
      })
    await read()
    await read()
    const wrong = [
      await thrownBy(() => Reflect.apply(directory.read, directory, [5])),
      await thrownBy(() => Reflect.apply(directory.close, directory, [null]))
    ]
    await close()
    await close()
    return [order, wrong, await thrownBy(() => directory.read(() => {}))]
  },
  "lists": async (fs, base) => {
    await tree(fs, base)
    const entries = await fs.readdir(`${base}/t`, { withFileTypes: true, recursive: true })
    const opened: Array<string> = []
    for await (const { name } of await fs.opendir(`${base}/t/a`)) opened.push(name)
    return [
      (await fs.readdir(`${base}/t`)).toSorted(),
      (await fs.readdir(`${base}/t`, { recursive: true })).toSorted(),
      (await fs.readdir(`${base}/t`, "buffer")).map(String).toSorted(),
      (await fs.readdir(`${base}/t`, { encoding: "hex" })).toSorted(),
      entries.map((entry) => [
        entry.parentPath.slice(base.length),
        entry.name,
        entry.isFile(),
        entry.isDirectory(),
        entry.isSymbolicLink()
      ]).map(String).toSorted(),
      opened.toSorted(),
      await errorOf(fs.readdir(`${base}/t/f`)),
      await errorOf(fs.readdir(`${base}/none`))
    ]
  },
  "entries that a program changes, and objects made from them": async (fs, base) => {
    await fs.mkdir(`${base}/d/e`, { recursive: true })
    const [entry] = await fs.readdir(`${base}/d`, { withFileTypes: true })
    if (entry === undefined) return []
    const made = [new Proxy(entry, {}), Object.create(entry) as typeof entry]
    const changed = Object.assign(entry, { name: "other", path: `${base}/d/e` })
    return [made.map((one) => one.isDirectory()), changed.path, changed.name, changed.isDirectory()]
  },
  "directories": async (fs, base) => [
    (await fs.mkdir(`${base}/a/b/c`, { recursive: true }))?.slice(base.length),
    await fs.mkdir(`${base}/a/b/c`, { recursive: true }),
    (await fs.mkdir(`${base}/a//b/./d/e/`, { recursive: true }))?.slice(base.length).replace(/\/+/g, "/").replace(
      "/./",
      "/"
    ),
    await fs.mkdir(`${base}/m`, 0o700),
    (await fs.stat(`${base}/m`)).mode,
    await errorOf(fs.mkdir(`${base}/m`)),
    await errorOf(fs.rmdir(`${base}/a`)),
    await errorOf(fs.rmdir(`${base}/none`)),
    await errorOf(fs.unlink(`${base}/none`)),
    await codeOf(fs.unlink(`${base}/a`)),
    await fs.rmdir(`${base}/m`),
    /^\/x-\w{6}$/.test((await fs.mkdtemp(`${base}/x-`)).slice(base.length)),
    Buffer.isBuffer(await fs.mkdtemp(`${base}/x-`, "buffer"))
  ],
  "stats": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "12345")
    await fs.utimes(`${base}/f`, "1000000000.5", new Date(1_000_000_001_250))
    const stats = await fs.stat(`${base}/f`)
    const big = await fs.stat(`${base}/f`, { bigint: true })
    const { atime, atimeMs, mtime, mtimeMs, size } = stats
    return [
      Object.keys(stats).filter((key) => !key.endsWith("time")).toSorted(),
      Object.keys(big).filter((key) => !key.endsWith("time")).toSorted(),
      { atime, atimeMs, mtime, mtimeMs, size },
      [big.size, big.atimeNs, big.mtimeNs, big.atimeMs, big.mtime],
      [big.ino === BigInt(stats.ino), typeof big.dev, stats.ctimeMs > 1_600_000_000_000, stats.ctime instanceof Date],
      [stats.isFile(), stats.isDirectory(), big.isFile(), big.isFIFO()],
      await errorOf(fs.stat(`${base}/none`)),
      await errorOf(fs.lstat(`${base}/f/x`)),
      await codeOf(fs.utimes(`${base}/f`, "soon", 1))
    ]
  },
  "times with bigint": async (fs, base) => {
    const path = `${base}/f`
    await fs.writeFile(path, "")
    const of = async (atime: number, mtime: number) => {
      await fs.utimes(path, atime, mtime)
      await using file = await fs.open(path)
      const all = await Promise.all([fs.stat, fs.lstat].map((stat) => stat(path, { bigint: true })))
      return [...all, await file.stat({ bigint: true })].map((stats) => [
        stats.atimeNs,
        stats.atimeMs,
        stats.atime,
        stats.mtimeNs,
        stats.mtimeMs,
        stats.mtime
      ])
    }
    const { birthtime, birthtimeMs, birthtimeNs, ctimeNs } = await fs.stat(path, { bigint: true })
    return [
      // Older versions of Node truncate these to microseconds, newer ones to nanoseconds.
      await of(1_700_000_000.140625, 4_000_000_000.25),
      await of(0, 0.984375),
      [birthtimeNs <= ctimeNs, birthtimeNs / 1_000_000n === birthtimeMs, BigInt(birthtime.getTime()) === birthtimeMs]
    ]
  },
  "links themselves": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "")
    await fs.symlink("f", `${base}/l`)
    await fs.symlink("none", `${base}/dangling`)
    await fs.utimes(`${base}/f`, 1, 2)
    // A walk reads the links, which changes their access time, unless it is in the future (`mount(8)`).
    await fs.lutimes(`${base}/l`, "4000000000", new Date(4_000))
    await fs.lutimes(`${base}/dangling`, 4_000_000_000.5, 6)
    const owners = [
      await codeOf(fs.lchown(`${base}/l`, 7, 8)),
      await codeOf(fs.lchown(`${base}/dangling`, -1, 9))
    ]
    const seen = await Promise.all(["f", "l", "dangling"].map(async (name) => {
      const { atimeMs, gid, mtimeMs, uid } = await fs.lstat(`${base}/${name}`)
      return [uid, gid, atimeMs, mtimeMs]
    }))
    return [
      owners,
      seen,
      await errorOf(fs.lutimes(`${base}/none`, 1, 2)),
      await errorOf(fs.lchown(`${base}/f/x`, 1, 2)),
      await codeOf(fs.lutimes(`${base}/f`, "soon", 1)),
      await codeOf(fs.lchown(`${base}/f`, -2, 1))
    ]
  },
  "the size of the file system": async (fs, base) => {
    const path = base === "" ? "/" : base
    const [found, big] = [await fs.statfs(path), await fs.statfs(path, { bigint: true })]
    // Older versions of Node have no `frsize`.
    const known = Object.keys(statfsSync("/"))
    const typesOf = (size: object) =>
      Object.entries(size).flatMap(([name, value]) => known.includes(name) ? [[name, typeof value]] : [])
    return [
      typesOf(found),
      typesOf(big),
      await errorOf(fs.statfs(`${base}/none`))
    ]
  },
  "a change of names changes the ctime": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "")
    const { ctimeMs } = await fs.stat(`${base}/f`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await fs.rename(`${base}/f`, `${base}/g`)
    const renamed = await fs.stat(`${base}/g`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await fs.link(`${base}/g`, `${base}/h`)
    const linked = await fs.stat(`${base}/g`)
    return [renamed.ctimeMs > ctimeMs, linked.ctimeMs > renamed.ctimeMs, linked.nlink]
  },
  "access": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "", { mode: 0o644 })
    await fs.mkdir(`${base}/d`)
    return [
      await fs.access(`${base}/f`),
      await errorOf(fs.access(`${base}/f`, fs.constants.X_OK)),
      await fs.access(`${base}/d`, fs.constants.X_OK),
      await errorOf(fs.access(`${base}/none`))
    ]
  },
  "copies": async (fs, base) => {
    await tree(fs, base)
    const [from, to] = [`${base}/t`, `${base}/c`]
    for (const name of ["one", "two"]) {
      await fs.mkdir(`${base}/${name}/d`, { recursive: true })
      await fs.writeFile(`${base}/${name}/d/f`, "")
    }
    await fs.mkdir(`${base}/three`)
    await fs.writeFile(`${base}/three/d`, "")
    await fs.cp(from, to, { recursive: true, verbatimSymlinks: true })
    await fs.copyFile(`${from}/f`, `${to}/g`, fs.constants.COPYFILE_EXCL)
    return [
      await describeTree(fs, to),
      await errorOf(fs.copyFile(`${from}/f`, `${to}/g`, fs.constants.COPYFILE_EXCL)),
      await errorOf(fs.copyFile(`${from}/f`, `${to}/a/b/dangling`, fs.constants.COPYFILE_EXCL)),
      await errorOf(fs.copyFile(`${from}/none`, `${to}/g`)),
      await failureOf(fs.cp(from, `${base}/d`)),
      await failureOf(fs.cp(`${from}/f`, `${to}/f`, { force: false, errorOnExist: true })),
      // Since Node 22, its error names the directory that was passed, not the file that exists.
      await codeOf(fs.cp(`${base}/one`, `${base}/two`, { force: false, errorOnExist: true, recursive: true })),
      await failureOf(fs.cp(`${base}/two`, `${base}/three`, { recursive: true })),
      await fs.cp(`${from}/f`, `${to}/f`, { force: false }),
      await codeOf(fs.cp(from, `${from}/a/x`, { recursive: true }))
    ]
  },
  "removals": async (fs, base) => {
    await tree(fs, base)
    return [
      await codeOf(fs.rm(`${base}/t`)),
      await codeOf(fs.rm(`${base}/none`)),
      await fs.rm(`${base}/none`, { force: true }),
      await fs.rm(`${base}/t`, { recursive: true }),
      await fs.readdir(base === "" ? "/" : base)
    ]
  },
  "links": async (fs, base) => {
    await tree(fs, base)
    await fs.link(`${base}/t/f`, `${base}/g`)
    await fs.link(`${base}/t/a/link`, `${base}/again`)
    return [
      await fs.readlink(`${base}/again`),
      await fs.readlink(`${base}/t/a/link`),
      await fs.readlink(`${base}/t/a/link`, "buffer"),
      (await fs.realpath(`${base}/t/a/link`)).slice(base.length),
      (await fs.stat(`${base}/g`)).nlink,
      await errorOf(fs.readlink(`${base}/t/f`)),
      await errorOf(fs.link(`${base}/t/f`, `${base}/g`)),
      await errorOf(fs.symlink("x", `${base}/g`)),
      await errorOf(fs.rename(`${base}/none`, `${base}/g`))
    ]
  },
  "other paths": async (fs, base) => {
    const path = `${base}/ä b`
    await fs.writeFile(Buffer.from(path), "bytes")
    return [
      await fs.readFile(pathToFileURL(path), "utf8"),
      await codeOf(fs.readFile(new URL("https://example.org/f"))),
      await codeOf(fs.readFile(new URL("file:///a%2fb"))),
      await codeOf(fs.readFile(`${base}/a\0b`)),
      await codeOf(fs.stat(undefined as unknown as string))
    ]
  },
  "truncation": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "12345")
    await fs.truncate(`${base}/f`, 3)
    const cut = await fs.readFile(`${base}/f`, "utf8")
    await fs.truncate(`${base}/f`)
    return [cut, await fs.readFile(`${base}/f`, "utf8"), await errorOf(fs.truncate(`${base}/none`))]
  },
  "a watch": async (fs, base) => {
    await fs.mkdir(`${base}/d/sub`, { recursive: true })
    const over = new AbortController()
    const events = fs.watch(`${base}/d`, { signal: over.signal })[Symbol.asyncIterator]()
    const seen: Array<unknown> = []
    const steps = [
      async () => {
        await fs.symlink("f", `${base}/d/sub/below`) // is not reported
        await fs.symlink("f", `${base}/d/new`)
      },
      () => fs.lutimes(`${base}/d/new`, 1, 1),
      () => fs.unlink(`${base}/d/new`)
    ]
    for (const step of steps) {
      const next = events.next()
      await step()
      seen.push((await next).value)
    }
    over.abort()
    return [seen, await events.next().catch((error: Error) => error.name)]
  },
  "aborted before they begin": async (fs, base) => {
    const signal = AbortSignal.abort()
    await using file = await fs.open(`${base}/open`, "w")
    const nameOf = (error: Error) => error.name
    return [
      await fs.writeFile(`${base}/f`, "x", { signal }).catch(nameOf),
      await fs.writeFile(`${base}/f`, [], { signal }).catch(nameOf),
      await file.writeFile([] as unknown as string, { signal }).catch(nameOf), // missing in the type
      await fs.readFile(`${base}/f`, { signal }).catch(nameOf),
      await codeOf(fs.stat(`${base}/f`))
    ]
  }
}

itIsAsOverNode(programs)
