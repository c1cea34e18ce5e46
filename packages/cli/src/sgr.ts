/** Colours text with SGR sequences (Select Graphic Rendition in ECMA-48). */
export const sgr = (code: number | string) => (text: string): string => `\u001b[${code}m${text}\u001b[0m`
