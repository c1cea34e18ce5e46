/** Selections of graphic rendition (ECMA-48, SGR). */
export const sgr = (code: number | string) => (text: string): string => `\u001b[${code}m${text}\u001b[0m`
