/** Waiting for a disk that may not answer at all. */

/** What is waited for; null when it does not come within so many ms. */
export async function inTime<T>(what: Promise<T>, ms: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => timer = setTimeout(() => resolve(null), ms));
  try {
    return await Promise.race([what, late]);
  } finally {
    clearTimeout(timer);
  }
}
