/** Which runtime this is. The modules that import this say what is different there. */

/** In a browser, there is no process. */
const { bun, deno }: Readonly<Record<string, string | undefined>> = globalThis.process?.versions ?? {}

/** @internal */
export const isBun = bun !== undefined

/**
 * Deno has its own `node:fs`. These differences concern a root:
 *
 * - It accepts only descriptors that this thread has opened with it, so files are opened with it too.
 * - A path can only be UTF-8. Native calls pass other names, but cannot open such a new file.
 * - `unlink` also removes empty directories, and `access` does not ask the kernel, so native calls are necessary.
 * - `open` refuses some flags and ignores some bits of the mode (`procfs/open.ts`).
 *
 * @internal
 */
export const isDeno = deno !== undefined
