// For `node --require`: the packages find no koffi, as if it were not installed. The judges still do.
const Module = require("node:module")

const binary = `@koromix/koffi-linux-${process.arch}`
const resolve = Module._resolveFilename
Module._resolveFilename = function(request, parent, ...rest) {
  if (request === binary && !parent?.filename?.includes("/node_modules/")) {
    throw Object.assign(new Error(`Cannot find module '${binary}'`), { code: "MODULE_NOT_FOUND" })
  }
  return Reflect.apply(resolve, this, [request, parent, ...rest])
}
