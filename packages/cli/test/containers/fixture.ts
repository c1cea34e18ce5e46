/** The type of fixtures of runtimes, and values that many of them use. */
import type { Container } from "../../src/containers/find.js"
import type { FakeFiles } from "./machine.js"

export interface Fixture {
  readonly what: string
  readonly cgroup: string
  readonly files?: FakeFiles
  /** Every other property of the container must be missing. */
  readonly found: Partial<Container> & Pick<Container, "runtime">
}

export const id = "0123456789abcdef".repeat(4)
export const other = "fedcba9876543210".repeat(4)
export const v2 = (path: string): string => `0::${path}\n`
export const v1 = (...paths: ReadonlyArray<string>): string =>
  paths.map((path, i) => `${paths.length - i}:c${i}:${path}\n`).join("")

export const json = (value: unknown): string => JSON.stringify(value)
export const none = { runtime: "namespace" } as const

/** The users `root` and, with the id 1000, `ann`. */
export const passwd = "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n"
