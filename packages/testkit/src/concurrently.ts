/** Many things at once, but not more than so many. */

/** Does each in order, up to `limit` of them at a time; rejects with the first that fails. */
export const concurrently = async (count: number, limit: number, one: (i: number) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
