/** Keeps this thread busy, so that neither timers nor other fibers and promises run meanwhile. */
export const busy = (milliseconds: number): void => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}
