/** Vue would take `{{ … }}` in text for an expression; in blocks of code, VitePress prevents it. */
import type MarkdownIt from "markdown-it"

export const bracesAsText = ({ renderer: { rules } }: MarkdownIt): void => {
  for (const name of ["text", "code_inline"] as const) {
    const render = rules[name]
    rules[name] = (...args) => (render?.(...args) ?? "").replaceAll("{{", "&#123;&#123;")
  }
}
