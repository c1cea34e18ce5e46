import { type Theme } from "vitepress"
// The default theme without its fonts: the fonts of the reader's system are good enough, and do not have to be loaded.
import DefaultTheme from "vitepress/theme-without-fonts"
import { EditionTabs } from "./EditionTabs.js"
import "./style.css"

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => void app.component("EditionTabs", EditionTabs)
} satisfies Theme
