/** Runs many tasks at the same time, up to a limit. */

/** Runs `one` for each number below `count`, at most `limit` at a time. Rejects with the first failure. */
export const concurrently = async (count: number, limit: number, one: (i: number) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
