import * as z from 'zod/mini';

/** The WindowsAzureGuestAgent that every image brings. Such a version is in a log of AB 7.2; that it is the image's is an inference (I). */
export const imageAgentVersion = '2.7.41491.949';

const largestPart = 99_999;

/** Four numbers. It becomes part of a folder's name, so nothing else gets through. */
export const agentVersionForm = z.string().check(z.regex(/^(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){3}$/));

export function isAgentVersion(text: string): boolean {
  return z.safeParse(agentVersionForm, text).success;
}

/** The version that comes after this one: the last number counts up, and carries as an odometer does. */
export function nextAgentVersion(version: string): string {
  const parts = version.split('.').map(Number);
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = (parts[index] ?? 0) + 1;
    parts[index] = part > largestPart ? 0 : part;
    if (part <= largestPart) break;
  }
  return parts.join('.');
}
