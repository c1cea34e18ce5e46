/** Why a tree cannot be built. */
class Refusal {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

/** @internal */
export const refuse = (why: string): never => {
  throw new Refusal(why)
}

/** @internal */
export const whyRefused = (place: () => void): string | undefined => {
  try {
    place()
    return undefined
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.why
    throw thrown
  }
}
