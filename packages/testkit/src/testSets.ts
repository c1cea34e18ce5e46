/** The test files of a set, by package. */
export type TestSet = Readonly<Record<string, ReadonlyArray<string>>>

/** Sets of tests. `TESTS=quick` runs the first one. `testSets.test.ts` checks that each file exists. */
export const testSets: Readonly<Record<string, TestSet>> = {
  /** `npm run test:quick`: the tests that find the most bugs in the least time. `breaks.mjs` checks that. */
  quick: {
    path: ["conformance", "kernel", "properties", "walk", "walkPolicies"],
    vfs: ["hostFileSystem", "shared", "writeFileAtomic"],
    node: ["closed", "conformance", "failures", "kernel", "openRoot", "openSync", "promises"],
    platform: ["conformance", "memoryFault", "memoryTree", "memoryUsers"],
    "platform-node": ["copy", "descriptors", "strange"],
    effect4: ["conformance", "faults"],
    testkit: ["imports", "suiteTypes"]
  },
  /**
   * The tests to which permissions matter. CI also runs them as an ordinary user, and those of `disk`. Without those that
   * change the user themselves, such as `permissions` of the command.
   */
  permissions: {
    node: [
      "contract",
      "failures",
      "memoryContract",
      "native",
      "nodeTree",
      "openRoot",
      "policies",
      "rootDirectory",
      "tar"
    ],
    platform: ["evalSymlinks"],
    "platform-node": ["mounts", "namespace", "permissions", "processes", "protected", "sticky", "wormhole"],
    cli: [
      "{containers,copy,diff}/**/!(hostile|race)",
      "tar/acls",
      "tar/attributes",
      "tar/header",
      "tar/replaced",
      "cat",
      "du",
      "process",
      "ps",
      "readlink",
      "stat",
      "tar"
    ]
  },
  /** The tests to which, besides permissions, the file system may matter: CI runs them with files on a disk. */
  disk: {
    node: ["entries", "extendedAttributes"],
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

/** The files that take more than five seconds, the longest first, each as `package/name`. */
export const longest: ReadonlyArray<string> = [
  "cli/hostile",
  "node/contract",
  "cli/containers/real",
  "platform/rootFileSystem",
  "platform/memoryAnswers",
  "platform-node/nodeRootFileSystem.contract",
  "platform/sequences",
  "node/race",
  "effect4/contract",
  "platform-node/protected",
  "platform/memoryProtected",
  "cli/cp",
  "cli/diff/trees",
  "cli/diff/race",
  "testkit/examples",
  "testkit/declarations",
  "cli/resolve",
  "node/writeFileAtomic",
  "testkit/fuzz",
  "node/watching",
  "node/threads",
  "cli/usage",
  "platform/realPath",
  "platform/memoryDifferential",
  "node/sequences",
  "platform/memoryWatch",
  "platform-node/descriptors",
  "vfs/hostAgainstMemory",
  "cli/tar/race",
  "effect4/sequences",
  "platform-node/depth",
  "cli/ls",
  "node/posix",
  "platform-node/watching",
  "platform-node/renames",
  "platform-node/tarFileSystem.readOnly",
  "cli/supervise",
  "node/rootDirectory",
  "cli/diff/overlay",
  "platform-node/kernel",
  "platform-node/nodeRootFileSystem",
  "cli/copy/race",
  "effect4/rootDirectory",
  "cli/copy/hostile",
  "platform-node/rootDirectory",
  "platform-node/runtime",
  "effect4/policies",
  "platform-node/sequences",
  "platform/memoryContract",
  "platform-node/namespace",
  "platform-node/hung",
  "cli/tar/hostile",
  "cli/tar",
  "node/memoryContract"
]
