/** The side of the parent: file systems that perform plans in their own processes, as any user. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { encode } from "./message.js"
import type { Outcome, Plan, Subject, User } from "./model.js"
import type { Request, Response } from "./serve.js"
import { Stage } from "./stage.js"

/** How to start a program that serves requests. */
export interface Program {
  readonly command: readonly [program: string, ...args: ReadonlyArray<string>]
  /** The user that it runs as, if not the current one. */
  readonly user?: User
}

/** The channel to a child, without the methods that Bun lacks. */
const channelOf = ({ channel }: ChildProcess): Partial<Pick<NonNullable<typeof channel>, "ref" | "unref">> =>
  channel ?? {}

/** A child that is started with the first request, and again after it hung. */
class Child {
  readonly #program: Program
  #running: ChildProcess | undefined

  constructor(program: Program) {
    this.#program = program
  }

  async ask(request: Request): Promise<Outcome> {
    const child = this.#running ??= await this.#start()
    child.ref()
    channelOf(child).ref?.()
    const response = await new Promise<Response>((resolve) => {
      const ended = (code: number | null) => resolve({ failure: `ended with ${code}` })
      child.once("exit", ended).once("message", (response: Response) => {
        child.off("exit", ended)
        resolve(response)
      })
      child.send(encode(request))
    })
    // An idle child must not keep the parent alive.
    child.unref()
    channelOf(child).unref?.()
    if ("failure" in response) {
      await this.stop()
      throw new Error(`${this.#program.command.join(" ")}: ${response.failure}`)
    }
    if (response.outcome.answers.some((answer) => "hung" in answer)) await this.stop()
    return response.outcome
  }

  /** Waits for the end of the child, which could otherwise still change the tree that is removed or used next. */
  async stop(): Promise<void> {
    const child = this.#running
    this.#running = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    const ended = once(child, "exit")
    child.kill("SIGKILL")
    await ended
  }

  async #start(): Promise<ChildProcess> {
    const { command: [program, ...args], user } = this.#program
    const child = spawn(program, args, {
      // Without TMPDIR, the default directory for temporary files is `/tmp` in the root.
      env: { PATH: process.env["PATH"], NODE_OPTIONS: process.env["NODE_OPTIONS"] },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      cwd: "/",
      ...(user === undefined ? {} : user)
    })
    await once(child, "message")
    return child
  }
}

/** A file system in memory. */
export const inMemory = (program: Program): Subject => {
  const child = new Child(program)
  return {
    perform: (plan) => child.ask({ plan, root: "/" }),
    dispose: () => child.stop()
  }
}

/** A file system over a directory of the host, which the program can get when it is started. */
export const onDisk = (program: (root: string) => Program): Subject => {
  const stage = new Stage()
  const child = new Child(program(stage.root))
  return {
    perform: async (plan: Plan) => {
      stage.set(plan.tree)
      const { answers } = await child.ask({ plan, root: stage.root })
      return { answers, files: stage.files() }
    },
    dispose: async () => {
      await child.stop()
      stage.dispose()
    }
  }
}
