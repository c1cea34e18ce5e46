/**
 * The files of tests, by package, that `npm run test:quick` runs: those that show most faults in the least time.
 * `breaks.mjs` tries that.
 *
 * @type {Readonly<Record<string, ReadonlyArray<string>>>}
 */
export const quickTests = {
  path: ["conformance", "kernel", "properties", "walk", "walkPolicies"],
  vfs: ["hostFileSystem", "shared", "writeFileAtomic"],
  node: ["closed", "conformance", "kernel", "openRoot", "openSync", "promises"],
  platform: ["conformance", "memoryFault", "memoryTree", "memoryUsers"],
  "platform-node": ["copy", "descriptors", "strange"],
  effect4: ["conformance", "faults"],
  testkit: ["imports", "suiteTypes"]
}
