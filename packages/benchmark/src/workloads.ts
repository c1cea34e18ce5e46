/** Creates the lists of paths to resolve, and their trees. */
import { posix } from "node:path"
import { Random } from "./random.js"
import { freePath, grow, type Grown, type Twins, TwinTree } from "./twinTree.js"

export const listNames = ["a", "b", "c", "m", "p"] as const

type ListName = typeof listNames[number]

export interface Workload {
  readonly name: ListName
  readonly title: string
  readonly tree: Twins
  readonly paths: ReadonlyArray<string>
}

const componentsOf = (path: string): ReadonlyArray<string> => path.split("/").slice(1)

export interface Size {
  /** The number of paths in a list. */
  readonly paths: number
  /** The size of the trees: 1 means a few thousand files and directories each. */
  readonly share: number
}

const draw = (count: number, next: () => string): ReadonlyArray<string> => Array.from({ length: count }, next)

const deepTree = (
  place: string,
  random: Random,
  { share }: Size
): { readonly tree: TwinTree; readonly grown: Grown } => {
  const tree = new TwinTree(place)
  return {
    tree,
    grown: grow(tree, random, { under: [""], directories: 2_400 * share, files: 1_200 * share, deepest: 16 })
  }
}

const plain = (tree: TwinTree, { directories, files }: Grown, random: Random, { paths }: Size): Workload => {
  const places = [...directories, ...files].filter((path) => componentsOf(path).length >= 2)
  return { name: "a", title: "plain paths, 2–16 deep", tree, paths: draw(paths, () => random.pick(places)) }
}

/** Paths with another component in the middle, so that this one and all after it are missing. */
const missing = (tree: TwinTree, { directories, files }: Grown, random: Random, { paths }: Size): Workload => {
  const places = [...directories, ...files].map(componentsOf).filter((names) => names.length >= 3)
  const path = (): string => {
    const names = random.pick(places)
    const at = 1 + random.below(names.length - 2)
    const before = names.slice(0, at).map((name) => `/${name}`).join("")
    return [freePath(tree, random, before), ...names.slice(at + 1)].join("/")
  }
  return { name: "m", title: "missing in the middle", tree, paths: draw(paths, path) }
}

const LIBRARIES = "/usr/lib/x86_64-linux-gnu"

/** A root like those of Debian and Fedora, in which `/bin`, `/sbin` and `/lib` are links into `/usr`. */
const distribution = (place: string, random: Random, { paths, share }: Size): Workload => {
  const tree = new TwinTree(place)
  const fixed = ["/usr", "/usr/bin", "/usr/sbin", "/usr/lib", LIBRARIES, "/usr/lib64", "/usr/share", "/etc"]
  const state = ["/etc/alternatives", "/run", "/run/lock", "/var", "/var/lib", "/opt", "/home"]
  for (const path of [...fixed, ...state]) tree.directory(path)
  for (const name of ["bin", "sbin", "lib", "lib64"]) tree.link(`/${name}`, `usr/${name}`)
  tree.link("/var/run", "/run")
  tree.link("/var/lock", "/run/lock")

  const under = ["/usr/share", "/usr/share", "/usr/lib", "/usr/lib", "/etc", "/var/lib", "/run", "/home"]
  const { directories, files } = grow(tree, random, {
    under,
    directories: 1_500 * share,
    files: 1_500 * share,
    deepest: 10
  })
  const programs = ["/usr/bin", "/usr/sbin"].flatMap((directory) =>
    draw(200 * share, () => tree.file(freePath(tree, random, directory)))
  )
  // Links like those of update-alternatives(1) and ldconfig(8).
  const alternatives = draw(80 * share, () => {
    const name = posix.basename(freePath(tree, random, "/usr/bin"))
    tree.link(`/etc/alternatives/${name}`, random.pick(programs))
    return tree.link(`/usr/bin/${name}`, `/etc/alternatives/${name}`)
  })
  const libraries = draw(150 * share, () => {
    const library = `${freePath(tree, random, LIBRARIES)}.so`
    const version = `${1 + random.below(9)}`
    const real = tree.file(`${library}.${version}.${random.below(30)}.0`)
    const soname = tree.link(`${library}.${version}`, posix.basename(real))
    return tree.link(library, posix.basename(soname))
  })
  const releases = draw(12, () => {
    const application = tree.directory(freePath(tree, random, "/opt"))
    for (const path of [`${application}/releases`, `${application}/releases/1.4`]) tree.directory(path)
    const inside = grow(tree, random, {
      under: [`${application}/releases/1.4`],
      directories: 10,
      files: 10,
      deepest: 10
    })
    tree.link(`${application}/current`, "releases/1.4")
    return random.pick(inside.files).replace("/releases/1.4/", "/current/")
  })

  const throughLibrary = [...directories, ...files].filter((path) => path.startsWith("/usr/lib/"))
  const throughRun = [...directories, ...files].filter((path) => path.startsWith("/run/"))
  const linked: ReadonlyArray<() => string> = [
    () => random.pick(throughLibrary).slice("/usr".length),
    () => random.pick(programs).slice("/usr".length),
    () => random.pick(alternatives).slice(random.below(2) * "/usr".length),
    () => random.pick(libraries).slice(random.below(2) * "/usr".length),
    () => `/var${random.pick(throughRun)}`,
    () => random.pick(releases)
  ]
  const places = [...directories, ...files, ...programs]
  const path = (): string => random.below(2) === 0 ? random.pick(places) : random.pick(linked)()
  return { name: "b", title: "usr-merged root, links in half of the paths", tree, paths: draw(paths, path) }
}

/** One link less than the kernel follows (`MAXSYMLINKS` in `include/linux/namei.h`). */
const LONGEST_CHAIN = 39

/**
 * The text of a link to `to`, in the directory `from`: absolute, or relative with `..`. `realpathSync` removes `..`
 * from the text, which is correct here, since the directory of the link has no links in its path.
 */
const targetText = (random: Random, from: string, to: string): string =>
  random.below(2) === 0 ? to : posix.relative(from === "" ? "/" : from, to)

const chains = (place: string, random: Random, { paths, share }: Size): Workload => {
  const tree = new TwinTree(place)
  const { directories, files } = grow(tree, random, { under: [""], directories: 120, files: 120, deepest: 5 })
  const made = draw(120 * share, () => random.pick(random.below(2) === 0 ? directories : files)).map((end) => {
    const links = [end]
    for (let to = end; links.length <= LONGEST_CHAIN; links.push(to)) {
      const from = random.pick(directories)
      to = tree.link(freePath(tree, random, from), targetText(random, from, to))
    }
    return links
  })
  const path = (): string => {
    const chain = random.pick(made)
    return chain[1 + random.below(LONGEST_CHAIN)] ?? ""
  }
  return { name: "c", title: "chains of 1–39 links, absolute and climbing", tree, paths: draw(paths, path) }
}

/** The same list in the root of a process. `realpath`, which has no roots, uses the plain twin. */
const throughProcess = ({ paths, tree: { root, twin } }: Workload): Workload => ({
  name: "p",
  title: "list b through /proc/<pid>/root",
  tree: { root: `/proc/${process.pid}/root${root}`, twin },
  paths
})

export interface Workloads {
  readonly lists: ReadonlyArray<Workload>
  /** The tree of the plain paths, and its directories and files. */
  readonly tree: TwinTree
  readonly grown: Grown
}

/** All lists, with trees below `place`. */
export const make = (place: string, seed: number, size: Size): Workloads => {
  const { grown, tree } = deepTree(`${place}/deep`, new Random(seed), size)
  const merged = distribution(`${place}/distribution`, new Random(seed + 2), size)
  const lists = [
    plain(tree, grown, new Random(seed + 1), size),
    merged,
    chains(`${place}/chains`, new Random(seed + 3), size),
    missing(tree, grown, new Random(seed + 4), size),
    throughProcess(merged)
  ]
  return { lists, tree, grown }
}

export interface Shape {
  readonly distinct: number
  readonly meanDepth: number
}

export const shape = ({ paths }: Workload): Shape => ({
  distinct: new Set(paths).size,
  meanDepth: paths.reduce((sum, path) => sum + componentsOf(path).length, 0) / paths.length
})
