/** Keeps the asynchronous context of a program (`AsyncLocalStorage`), which other programs that go on must not change. */

/** Globals of Node, which ECMAScript's own types do not declare. */
interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: "node:async_hooks") => AsyncHooks | undefined }
}

interface AsyncHooks {
  readonly AsyncResource: new(type: string) => {
    readonly runInAsyncScope: <Args extends ReadonlyArray<unknown>, A>(
      run: (...args: Args) => A,
      thisArg: undefined,
      ...args: Args
    ) => A
  }
}

const runtime = globalThis as unknown as Runtime // ECMAScript's types lack it

/** @internal */
export const inOwnContext = <Args extends ReadonlyArray<unknown>, A>(
  run: (...args: Args) => A
): (...args: Args) => A => {
  const hooks = runtime.process?.getBuiltinModule?.("node:async_hooks")
  if (hooks === undefined) return run
  // `AsyncResource.bind` takes a hundred times as long in Node 20.
  const resource = new hooks.AsyncResource("procfsroot")
  return (...args) => resource.runInAsyncScope(run, undefined, ...args)
}
