/**
 * Which tests judge changes to which code. They are quick ones, since every test that reaches a change runs for it.
 * Tests that run the code in another process are useless here, since a change is only active in this process.
 */

import { testFile } from "../testSets.js"

/** Paths of test files, relative to the repository. Those that notice most in the least time come first. */
type Tests = ReadonlyArray<string>

const files = (project: string, names: ReadonlyArray<string>): Tests => names.map((name) => testFile(project, name))

/** A part of the code and its judges. */
interface Part {
  /** A glob, relative to `packages`. */
  readonly code: string
  /** What is in the code, relative to `packages`. */
  readonly folder: string
  /** These judge every change. */
  readonly quick: Tests
  /** These take much longer, and judge only what the quick ones have missed. */
  readonly slow: Tests
}

const path: Part = {
  code: "path/src/**/*.ts",
  folder: "path/",
  quick: files("path", ["conformance", "walk", "series", "moves", "trailing", "walkPolicies", "surrogateEscape"]),
  slow: []
}

const operations = files("vfs", [
  "shared",
  "protection",
  "pathPolicy",
  "readOnly",
  "copy",
  "copyFile",
  "copyMemory",
  "names",
  "nextTurn",
  "failing",
  "keptPermissions",
  "wholePaths",
  "others",
  "oneMount",
  "writeFile",
  "writeFileAtomic",
  "abandonedFiles",
  "running",
  "asyncContext",
  "program",
  "semaphore"
])

const parts: ReadonlyArray<Part> = [
  path,
  {
    code: "vfs/src/internal/host/*.ts",
    folder: "vfs/src/internal/host/",
    quick: [
      ...files("vfs", ["hostFileSystem", "hostLookups", "hostErrors", "hostAgainstMemory"]),
      ...files("platform", ["rootFileSystemOverFake", "rootFileSystemOverNode"])
    ],
    // Effect 4 runs fewer cases of the contract.
    slow: [...files("platform", ["policies"]), ...files("effect4", ["contract"])]
  },
  {
    code: "vfs/src/internal/memory/diff/*.ts",
    folder: "vfs/src/internal/memory/diff/",
    quick: [
      ...files("vfs", ["diff", "treeDiff"]),
      ...files("platform", ["memoryTree"]),
      ...files("node", ["treeDiff"])
    ],
    slow: []
  },
  {
    code: "vfs/src/internal/memory/*.ts",
    folder: "vfs/src/internal/memory/",
    quick: [
      ...operations,
      ...files("vfs", ["imitating", "inodes", "openFile", "recursiveWatch", "watch", "treeCopy", "limits"]),
      ...files("vfs", ["records", "journal", "creating", "content", "attributes", "list"]),
      ...files("vfs", [
        "openNames",
        "children",
        "holes",
        "order",
        "data",
        "utf8",
        "extendedAttributes",
        "memoryFiles",
        "memoryInodes",
        "memoryNames",
        "memoryRemoved",
        "memoryAttributes",
        "memoryLimits",
        "memoryContent",
        "memoryTree",
        "faultRules",
        "memorySteps",
        "injector"
      ]),
      ...files("platform", ["memoryTree", "memoryUsers", "memoryFault", "memoryConformance"]),
      ...files("node", ["memoryFaults", "memoryMounts", "memoryRoot"])
    ],
    slow: [
      ...files("vfs", ["crash", "crashSequences", "handles"]),
      ...files("platform", ["memoryFile"]),
      ...files("node", ["memoryUsers", "memorySnapshots", "memoryLimits", "posix"])
    ]
  },
  {
    code: "vfs/src/internal/processes/*.ts",
    folder: "vfs/src/internal/processes/",
    quick: [...files("vfs", ["processes"]), ...files("node", ["processes"])],
    slow: []
  },
  {
    code: "vfs/src/{*,internal/*}.ts",
    folder: "vfs/",
    quick: [
      ...operations,
      ...files("vfs", [
        "handles",
        "arguments",
        "walkTree",
        "imitating",
        "limits",
        "processes",
        "openFile",
        "recursiveWatch",
        "watch",
        "treeCopy"
      ]),
      ...files("vfs", [
        "readOnlyTree",
        "attributes",
        "processRoot",
        "methodError",
        "resolveFailure",
        "inodes",
        "content",
        "creating",
        "list"
      ])
    ],
    slow: [
      ...files("platform", ["errorShape", "messages", "rootFileSystemError", "memoryFault", "memoryFile"]),
      ...files("node", ["fileHandle", "streams", "entries", "memoryRoot", "openRoot", "rootDirectoryPromises"]),
      ...files("platform", ["interruption", "rootDirectory", "memoryWatch"]),
      ...files("node", ["memoryContract", "memoryMounts", "memoryUsers", "copies"])
    ]
  }
]

/** The parts that `mutated` names: a package, or files of one part, such as `vfs/src/internal/{copy,remove}.ts`. */
export const partsOf = (mutated: string): ReadonlyArray<Part> => {
  if (!mutated.includes("/")) return parts.filter(({ folder }) => folder.startsWith(`${mutated}/`))
  const part = parts.find(({ folder }) => mutated.startsWith(folder))
  return part === undefined ? [] : [{ ...part, code: mutated }]
}
