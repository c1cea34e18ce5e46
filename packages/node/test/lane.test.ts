/** How requests for other threads are given up. */
import { Lane } from "../src/internal/thread/lane.js"
import { expect, it } from "vitest"

it("gives up any number of requests that wait, as when many operations are aborted", () => {
  const lane = new Lane(undefined)
  let answered = 0
  const done = () => void answered++
  const giveUps = Array.from(
    { length: 400_000 },
    (_, i) => lane.ask({ task: { do: "open", path: `/${i}` }, policy: undefined, moved: [], done })
  )
  for (const giveUp of giveUps) giveUp()
  expect(answered).toBe(400_000)
})
