/** All commands, in the order in which the help lists them. */
import { completion } from "./commands/completion.js"
import { cp } from "./commands/cp.js"
import { explain } from "./commands/explain.js"
import { ps } from "./commands/ps.js"
import { resolve } from "./commands/resolve.js"
import type { Command } from "./options.js"

const own: ReadonlyArray<Command> = [ps, resolve, explain, cp]

export const commands: ReadonlyArray<Command> = [...own, completion(own)]
