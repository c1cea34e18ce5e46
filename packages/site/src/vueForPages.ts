/**
 * Resolves Vue from this package for all pages. Pages are Vue components, and those outside of this package would not
 * find it.
 */
import type { Plugin } from "vitepress"
import { site } from "./repository.js"

export const vueForPages: Plugin = {
  name: "vue-for-pages",
  enforce: "pre",
  resolveId(source, _importer, options) {
    if (!/^vue(?:\/|$)/.test(source)) return undefined
    return this.resolve(source, `${site}/package.json`, { ...options, skipSelf: true })
  }
}
