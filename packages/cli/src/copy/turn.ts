import { isTimeUp, onNextTurn } from "@procfsroot/vfs/EventLoop"

/** Gives signals and timers their turn, if the work of this one has taken its time. */
export const turn = (): Promise<void> | undefined =>
  isTimeUp()
    ? new Promise((resolve) => {
      onNextTurn(resolve)
    })
    : undefined
