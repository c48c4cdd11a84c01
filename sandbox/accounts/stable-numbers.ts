/** 32-bit numbers that only the text decides (FNV-1a). They protect nothing, and node:crypto costs a played process 10 ms and more. */
export function stableNumbers(text: string, count: number): number[] {
  return Array.from({ length: count }, (_, n) => {
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(`${n}.${text}`)) hash = Math.imul(hash ^ byte, 0x01000193);
    return hash >>> 0;
  });
}
