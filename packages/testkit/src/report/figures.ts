/** Numbers that the tests count, for the summary at the end of a run. */
import { getCurrentTest } from "vitest/suite"

/** In the order of the summary. */
export const figures = [
  "cases of the table, each with one backend",
  "results compared with openat2(2)",
  "answers compared with Node's in a chroot(2)",
  "operations in random sequences, compared with a chroot(2)",
  "operations under attack",
  "renames by attackers"
] as const

export type Figure = (typeof figures)[number]

declare module "vitest" {
  interface TaskMeta {
    figures?: Partial<Record<Figure, number>>
  }
}

/** Adds to a figure of the running test. Does nothing outside a test. */
export const count = (figure: Figure, number: number): void => {
  const meta = getCurrentTest()?.meta
  if (meta === undefined) return
  meta.figures = { ...meta.figures, [figure]: (meta.figures?.[figure] ?? 0) + number }
}
