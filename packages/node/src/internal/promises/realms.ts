/**
 * Whether a value is an instance of a class of any realm. In a realm that a program like Jest makes, `instanceof` is
 * false for the dates, URLs and buffers of Node.
 *
 * @internal
 */
export const isA = (name: "Date" | "URL" | "Uint8Array", value: unknown): boolean =>
  Object.prototype.toString.call(value) === `[object ${name}]`
