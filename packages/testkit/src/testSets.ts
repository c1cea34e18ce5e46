/** The test files of a set, by package. */
export type TestSet = Readonly<Record<string, ReadonlyArray<string>>>

/** Sets of tests. `TESTS=quick` runs the first one. `testSets.test.ts` checks that each file exists. */
export const testSets: Readonly<Record<string, TestSet>> = {
  /** `npm run test:quick`: the tests that find the most bugs in the least time. `breaks.mjs` checks that. */
  quick: {
    path: ["conformance", "kernel", "properties", "walk", "walkPolicies"],
    vfs: ["hostFileSystem", "shared", "writeFileAtomic"],
    node: ["closed", "conformance", "kernel", "openRoot", "openSync", "promises"],
    platform: ["conformance", "memoryFault", "memoryTree", "memoryUsers"],
    "platform-node": ["copy", "descriptors", "strange"],
    effect4: ["conformance", "faults"],
    testkit: ["imports", "suiteTypes"]
  },
  /** The tests to which permissions matter. CI also runs them as an ordinary user, and those of `disk`. */
  permissions: {
    node: [
      "contract",
      "kernel",
      "memoryContract",
      "native",
      "nodeTree",
      "openRoot",
      "policies",
      "rootDirectory",
      "tar"
    ],
    platform: ["evalSymlinks", "kernel", "policies"],
    "platform-node": ["kernel", "mounts", "namespace", "permissions", "processes", "protected", "sticky", "wormhole"],
    cli: [
      "{containers,copy,diff,tar}/**/!(race)",
      "cat",
      "du",
      "find",
      "ls",
      "process",
      "ps",
      "readlink",
      "stat",
      "tar"
    ]
  },
  /** The tests to which, besides permissions, the file system may matter: CI runs them with files on a disk. */
  disk: {
    node: ["closed", "entries", "extendedAttributes", "openSync", "sequences"],
    "platform-node": [
      "copy",
      "nodeRootFileSystem",
      "nodeRootFileSystem.calls",
      "nodeRootFileSystem.read",
      "nodeRootFileSystem.write"
    ],
    cli: ["cp"]
  }
}

/** The path of a test file, relative to the repository. */
export const testFile = (directory: string, name: string): string => `packages/${directory}/test/${name}.test.ts`

/** The package of a test file, and its name in the sets. */
export const placeOf = (path: string): { readonly package: string; readonly name: string } => {
  const [, directory = "", name = ""] = /\/packages\/([^/]+)\/test\/(.+)\.test\.ts$/.exec(path) ?? []
  return { package: directory, name }
}

/** The files that take more than five seconds, the longest first. */
export const longest: TestSet = {
  cli: [
    "hostile",
    "containers/real",
    "diff/trees",
    "resolve",
    "cp",
    "tar/race",
    "ls",
    "diff/overlay",
    "find",
    "tar",
    "supervise",
    "copy/race"
  ],
  effect4: ["race", "contract", "sequences", "policies", "rootDirectory"],
  node: ["contract", "race", "writeFileAtomic", "watching", "posix", "sequences", "rootDirectory"],
  platform: [
    "memoryAnswers",
    "rootFileSystem",
    "memoryDifferential",
    "sequences",
    "memoryProtected",
    "memoryWatch",
    "realPath"
  ],
  "platform-node": [
    "nodeRootFileSystem.contract",
    "race",
    "protected",
    "descriptors",
    "depth",
    "renames",
    "watching",
    "nodeRootFileSystem"
  ],
  testkit: ["examples", "fuzz"],
  vfs: ["hostAgainstMemory"]
}
