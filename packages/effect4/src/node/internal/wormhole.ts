import * as ProcessRoot from "@procfsroot/node/ProcessRoot"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RootUnavailable } from "../../ResolveError.js"
import { Root } from "../../Root.js"
import type { FileSystemOptions, RootOptions } from "../Wormhole.js"
import { ProcessIsZombie, ProcessNotFound, ProcessNotPermitted, type WormholeError } from "../WormholeError.js"
import * as nodeRoot from "./nodeRoot.js"
import * as nodeRootFileSystem from "./nodeRootFileSystem.js"

const explain = (pid: number) => (error: RootUnavailable): WormholeError => {
  switch (ProcessRoot.whyUnavailable(pid, { code: error.code, reason: error.reason })) {
    case "NotFound":
      return new ProcessNotFound({ pid })
    case "Zombie":
      return new ProcessIsZombie({ pid })
    case "NotPermitted":
      return new ProcessNotPermitted({ pid, code: error.code === "EPERM" ? "EPERM" : "EACCES" })
    case undefined:
      return error
  }
}

/** @internal */
export const layer = ({ pid, ...options }: RootOptions) =>
  Layer.effect(Root, Effect.mapError(nodeRoot.make(ProcessRoot.path(pid), options), explain(pid)))

/** @internal */
export const fileSystem = ({ pid, ...options }: FileSystemOptions) =>
  Layer.effectContext(Effect.mapError(nodeRootFileSystem.make(ProcessRoot.path(pid), options), explain(pid)))
