/** Cases that backends fail, known and soon to be mended; when none is left, this file goes. */
import { recent } from "./arguments.js"
import type { Case, Report } from "./model.js"
import { ill } from "./paths.js"

const codeOf = (report: Report | undefined): string =>
  report !== undefined && "error" in report.answer ? report.answer.error.code ?? "" : ""

const isRecent = ({ args }: Case): boolean =>
  recent.has(args) || JSON.stringify(args).includes(JSON.stringify(ill).slice(1, -1))

const pending: Readonly<Record<string, (testCase: Case, expected: Report | undefined) => boolean>> = {
  MemoryFileSystem: isRecent,
  "by openat2": (testCase, expected) => isRecent(testCase) || isNodes(testCase, codeOf(expected)),
  "by the walk": (testCase, expected) => isRecent(testCase) || isNodes(testCase, codeOf(expected))
}

/** Codes and system calls of `copy` and `copyFile`. */
const isNodes = ({ method }: Case, code: string): boolean =>
  (method === "copy" && (code === "EISDIR" || code.startsWith("ERR_FS_CP"))) ||
  (method === "copyFile" && code === "EISDIR") ||
  (method === "link" && code === "ENAMETOOLONG")

export const isPending = (backend: string, testCase: Case, expected: Report | undefined): boolean =>
  pending[backend]?.(testCase, expected) === true
