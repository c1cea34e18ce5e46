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
  /** The tests to which permissions matter. CI also runs them as an ordinary user. */
  permissions: {
    node: [
      "closed",
      "contract",
      "entries",
      "extendedAttributes",
      "kernel",
      "memoryContract",
      "native",
      "nodeTree",
      "openRoot",
      "openSync",
      "policies",
      "rootDirectory",
      "sequences",
      "tar"
    ],
    platform: ["evalSymlinks", "kernel", "policies"],
    "platform-node": [
      "copy",
      "kernel",
      "mounts",
      "namespace",
      "nodeRootFileSystem",
      "nodeRootFileSystem.calls",
      "nodeRootFileSystem.read",
      "nodeRootFileSystem.write",
      "permissions",
      "processes",
      "protected",
      "sticky",
      "wormhole"
    ],
    cli: [
      "{containers,copy,diff,tar}/**/!(race)",
      "cat",
      "cp",
      "du",
      "find",
      "ls",
      "process",
      "ps",
      "readlink",
      "stat",
      "tar"
    ]
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
  cli: ["hostile", "containers/real", "diff/trees", "tar", "tar/race", "find", "explain", "supervise", "copy/race"],
  effect4: ["race", "contract", "sequences"],
  node: ["contract", "writeFileAtomic", "posix", "race", "watching", "sequences"],
  platform: [
    "memoryAnswers",
    "rootFileSystem",
    "memoryWatch",
    "sequences",
    "realPath",
    "memoryProtected",
    "memoryDifferential"
  ],
  "platform-node": [
    "race",
    "nodeRootFileSystem.contract",
    "protected",
    "nodeRootFileSystem.read",
    "descriptors",
    "namespace",
    "renames",
    "nodeRootFileSystem",
    "watching"
  ],
  testkit: ["examples", "fuzz", "editions"],
  vfs: ["hostAgainstMemory"]
}
