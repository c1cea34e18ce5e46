import { type Theme } from "vitepress"
// Without the fonts that the default theme brings: a reader's own are as good, and need not be loaded.
import DefaultTheme from "vitepress/theme-without-fonts"
import { EditionTabs } from "./EditionTabs.js"
import "./style.css"

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => void app.component("EditionTabs", EditionTabs)
} satisfies Theme
