/**
 * Measures how often a shortcut succeeds, so that it is tried only where it saves time.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/successRate.js"

/**
 * The share of successes among about the last 16 attempts.
 *
 * @since 0.1.0
 * @category models
 */
export interface SuccessRate {
  readonly average: number
  /**
   * Returns `true` if the shortcut succeeds more often than `share`. Every 16th call returns `true` in any case, to
   * notice changes.
   */
  readonly isWorthAsking: (share: number) => boolean
  readonly record: (success: boolean) => void
}

/**
 * Creates a rate that starts as if all attempts had succeeded.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: () => SuccessRate = internal.make
