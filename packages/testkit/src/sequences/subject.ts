/** The parent's side: file systems that perform plans in processes of their own, as any user. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { encode } from "./message.js"
import type { Outcome, Plan, Subject, User } from "./model.js"
import type { Request, Response } from "./serve.js"
import { Stage } from "./stage.js"

/** A program that serves, and how to start it. */
export interface Program {
  readonly command: readonly [program: string, ...args: ReadonlyArray<string>]
  /** Who it is to be, if not who starts it. */
  readonly user?: User
}

/** A child that is started when it is asked, and again after it hung. */
class Child {
  readonly #program: Program
  #running: ChildProcess | undefined

  constructor(program: Program) {
    this.#program = program
  }

  async ask(request: Request): Promise<Outcome> {
    const child = this.#running ??= await this.#start()
    child.ref()
    child.channel?.ref()
    const told = await new Promise<Response>((resolve) => {
      const ended = (code: number | null) => resolve({ failure: `ended with ${code}` })
      child.once("exit", ended).once("message", (response: Response) => {
        child.off("exit", ended)
        resolve(response)
      })
      child.send(encode(request))
    })
    // Nobody who is done waits for a child that is asked nothing.
    child.unref()
    child.channel?.unref()
    if ("failure" in told) {
      this.stop()
      throw new Error(`${this.#program.command.join(" ")}: ${told.failure}`)
    }
    if (told.outcome.told.some((answer) => "hung" in answer)) this.stop()
    return told.outcome
  }

  stop(): void {
    this.#running?.kill("SIGKILL")
    this.#running = undefined
  }

  async #start(): Promise<ChildProcess> {
    const { command: [program, ...args], user } = this.#program
    const child = spawn(program, args, {
      // The default directory for temporary files is to be the root's own.
      env: { PATH: process.env["PATH"], NODE_OPTIONS: process.env["NODE_OPTIONS"] },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      cwd: "/",
      ...(user === undefined ? {} : user)
    })
    await once(child, "message")
    return child
  }
}

/** A file system that has its tree to itself, in memory. */
export const inMemory = (program: Program): Subject => {
  const child = new Child(program)
  return {
    perform: (plan) => child.ask({ plan, root: "/" }),
    dispose: async () => child.stop()
  }
}

/** A file system over a directory of the host, which the program may be passed when it is started. */
export const onDisk = (program: (root: string) => Program): Subject => {
  const stage = new Stage()
  const child = new Child(program(stage.root))
  return {
    perform: async (plan: Plan) => {
      stage.set(plan.tree)
      const { told } = await child.ask({ plan, root: stage.root })
      return { told, files: stage.files() }
    },
    dispose: async () => {
      child.stop()
      stage.dispose()
    }
  }
}
