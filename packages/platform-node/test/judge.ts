/** Compares every strategy with the kernel. */
import type { Root } from "@procfsroot/platform/Root"
import { type KernelRoot, Resolve } from "@procfsroot/testkit/kernel"
import * as Effect from "effect/Effect"
import { ask, type Strategy } from "./strategies.js"

/** The paths for which `root` and the kernel have different results, with the last component followed and kept. */
export const disagreements = (strategy: Strategy, root: Root, kernel: KernelRoot, paths: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(["follow", "keep"] as const, (lastComponent) =>
      Effect.map(
        ask(strategy, root, paths, { lastComponent, maxSymlinks: 40 }),
        (answers) =>
          paths.flatMap((path, i) => {
            const judge = kernel.ask({ path, lastComponent, resolve: Resolve.inRoot })
            return JSON.stringify(judge) === JSON.stringify(answers[i])
              ? []
              : [{ path, lastComponent, judge, answer: answers[i] }]
          })
      )),
    (wrong) => wrong.flat()
  )
