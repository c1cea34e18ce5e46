/** Starts a process that renames files while a test runs. */
import { bundled } from "@procfsroot/testkit/bundle"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"

/** Renames files in `directory` as `how` says until the scope closes, but for at most half a minute. */
export const renaming = (directory: string, how: "apart" | "exchange") =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const program = await bundled(new URL("./programs/renames.ts", import.meta.url))
      const running = spawn(process.execPath, [program, directory, "30000", how], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      const gone = new Promise<void>((resolve) => running.once("close", () => resolve()))
      await new Promise((resolve) => running.stdout.once("data", resolve))
      return { running, gone }
    }),
    ({ gone, running }) =>
      Effect.promise(() => {
        running.kill("SIGKILL")
        return gone
      })
  )
