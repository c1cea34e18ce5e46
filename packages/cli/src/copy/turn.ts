/** Lets a long copy give way to signals and timers. */
import { isTimeUp, onNextTurn } from "@procfsroot/vfs/EventLoop"

/** Gives signals and timers a turn if this one has taken long enough. */
export const turn = (): Promise<void> | undefined =>
  isTimeUp()
    ? new Promise((resolve) => {
      onNextTurn(resolve)
    })
    : undefined
