/** Turns consecutive `<details>` with the same code for each edition into tabs. GitHub shows them as a list to open. */
import type MarkdownIt from "markdown-it"

const opening = /<details(?: open)?>\s*<summary>([^<]*)<\/summary>\s*$/
const closing = /^\s*<\/details>/

/** The titles of editions. Other details are not changed. */
const editions = ["Effect 3", "Effect 4", "Promises"]

export const editionTabs = (markdown: MarkdownIt): void => {
  markdown.core.ruler.push("edition-tabs", ({ tokens }) => {
    for (let at = 0; at < tokens.length; at++) {
      const first = opening.exec(tokens[at]?.content ?? "")?.[1]
      if (tokens[at]?.type !== "html_block" || first === undefined || !editions.includes(first)) continue
      const titles = [first]
      const panel = () => `<template #tab${titles.length - 1}>\n`
      const begin = tokens[at]
      for (at++; at < tokens.length; at++) {
        const token = tokens[at]
        if (token?.type !== "html_block" || !closing.test(token.content)) continue
        const next = opening.exec(token.content)?.[1]
        if (next === undefined) {
          token.content = token.content.replace(closing, "</template></EditionTabs>")
          break
        }
        titles.push(next)
        token.content = `</template>${panel()}`
      }
      if (begin !== undefined) begin.content = `<EditionTabs :titles='${JSON.stringify(titles)}'><template #tab0>\n`
    }
  })
}
