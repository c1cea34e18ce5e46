/** Tests the statuses with which an HTTP API sends errors. */
import { expect, it } from "vitest"

/**
 * The API has the endpoint `/resolve` over a root with a file `/f` and a link `/loop` to itself. `decode` decodes an
 * error of `resolve`.
 */
export const errorStatuses = (
  handler: (request: Request) => Promise<Response>,
  decode: (body: unknown) => unknown
): void => {
  it.each([["/f", 200], ["/none", 404], ["/loop", 422], ["/f/x", 500]])(
    "%s is answered with %i",
    async (path, status) => {
      const answer = await handler(new Request(`http://localhost/resolve?path=${path}`))
      expect(answer.status).toBe(status)
      const body: unknown = await answer.json()
      if (status !== 200) expect(decode(body)).toBeInstanceOf(Error)
    }
  )
}
