/** Escapes `{{` in text, which Vue would treat as an expression. In code blocks, VitePress prevents this. */
import type MarkdownIt from "markdown-it"

export const bracesAsText = ({ renderer: { rules } }: MarkdownIt): void => {
  for (const name of ["text", "code_inline"] as const) {
    const render = rules[name]
    rules[name] = (...args) => (render?.(...args) ?? "").replaceAll("{{", "&#123;&#123;")
  }
}
