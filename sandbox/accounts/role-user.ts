import type { VmDocument } from '../../contracts/vm-document.ts';
import { stableNumbers } from './stable-numbers.ts';

/** The user that runs what is limited, made for one instance of one deployment (AB 1.1, 5.3): the same at each of its starts. */
export interface RoleUser {
  /** A GUID (I). */
  readonly name: string;
  /** `%WA_CONTAINER_SID%`: in the form of Windows's service accounts (W; I here). */
  readonly sid: string;
}

export function roleUser({ deploymentId, instanceId }: Pick<VmDocument, 'deploymentId' | 'instanceId'>): RoleUser {
  const numbers = stableNumbers(`${deploymentId}.${instanceId}`, 9);
  const hex = numbers
    .slice(5)
    .map((number) => number.toString(16).padStart(8, '0'))
    .join('');
  return {
    name: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    sid: `S-1-5-80-${numbers.slice(0, 5).join('-')}`,
  };
}
