import "effect/Either" // fails first, also where @effect/platform is installed

/** @internal */
export * from "@effect/platform/Error"
