/** Tests that cannot run everywhere say why they do not. */
import { available } from "@procfsroot/testkit/kernel"

/** For `describe.skipIf` and `it.skipIf`: prints the reason where there is one. */
export const because = (reason: string | undefined): boolean => {
  if (reason !== undefined) console.warn(`skipped: ${reason}`)
  return reason !== undefined
}

export const noJudge: string | undefined = available ? undefined : "openat2 is not permitted here, so there is no judge"

export const notRoot: string | undefined = process.getuid?.() === 0 ? undefined : "only root may do this"
