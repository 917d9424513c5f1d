/** @returns never 0 */
export function work(steps: number): number {
  let word = 1;
  for (let step = 0; step < steps; step++) word = (Math.imul(word, 0x5bd1e995) ^ (word >>> 13)) | 1;
  return word;
}
