// For `node --require`: hides koffi from the packages, as if it were not installed. The judges still find it.
const Module = require("node:module")

const binary = `@koromix/koffi-linux-${process.arch}`
const resolve = Module._resolveFilename
Module._resolveFilename = function(request, parent, ...rest) {
  if (request === binary && !parent?.filename?.includes("/node_modules/")) {
    throw Object.assign(new Error(`Cannot find module '${binary}'`), { code: "MODULE_NOT_FOUND" })
  }
  return Reflect.apply(resolve, this, [request, parent, ...rest])
}
