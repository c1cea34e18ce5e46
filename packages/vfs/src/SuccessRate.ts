/**
 * How often a shortcut succeeds, so that it is tried only where it pays.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/successRate.js"

/**
 * The share of successes among roughly the last 16 attempts.
 *
 * @since 0.1.0
 * @category models
 */
export interface SuccessRate {
  readonly average: number
  /** Whether to try, which pays above this share. Every 16th time the answer is yes anyway, to notice changes. */
  readonly isWorthAsking: (share: number) => boolean
  readonly record: (success: boolean) => void
}

/**
 * At first, as if all attempts had succeeded.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: () => SuccessRate = internal.make
