/** What the page begins with, and offers. */
import type { State } from "./model.js"

const tree = `/usr/bin/env
/usr/lib/os-release
/bin -> usr/bin
/lib -> usr/lib
/etc/os-release -> ../lib/os-release
/etc/passwd
/var/run -> /run
/run/motd
/run/agent.sock=
/evil -> ../../../../etc/passwd
/out -> /etc
/loop/a -> b
/loop/b -> ../loop/c
/loop/c -> /loop/a
/mnt/data/ (mount)
/mnt/data/report`

/** A question that the page offers, and what it is called. */
export interface Example {
  readonly title: string
  readonly path: string
  readonly policy: State["policy"]
}

export const examples: ReadonlyArray<Example> = [
  { title: "Links to links", path: "/etc/os-release", policy: {} },
  { title: "A merged /usr", path: "/bin/env", policy: {} },
  { title: "A plain path", path: "/usr/lib/os-release", policy: {} },
  { title: "Out of the root?", path: "/../../evil", policy: {} },
  { title: "A loop", path: "/loop/a", policy: {} },
  { title: "A missing name", path: "/var/run/nope/pid", policy: {} },
  { title: "Links forbidden", path: "/bin/env", policy: { symlinks: "forbid" } },
  { title: "Only beneath", path: "out/passwd", policy: { containment: "beneath" } }
]

const [first] = examples

/** The tree of the examples with one of them asked. */
export const stateOf = (example: Example | undefined): State => ({
  tree,
  path: example?.path ?? "/",
  policy: example?.policy ?? {},
  step: 0
})

/** In the middle of a walk, where there is something of everything to see. */
export const initial: State = { ...stateOf(first), step: 4 }
