import type { RoleLimit } from '../fabric/role-limit.ts';
import { durationText } from './duration-text.ts';

export interface CrossedLimit {
  readonly limit: RoleLimit;
  /** Milliseconds of Azure time. */
  readonly limitMs: number;
  /** How long it took, or takes until now, in milliseconds of Azure time. */
  readonly azureMs: number;
  /** `reached`: it is Ready or has stopped; `missed`: it ended otherwise; `goes on`: neither yet. */
  readonly outcome: 'reached' | 'missed' | 'goes on';
  readonly speed: number;
}

/** What is to be said of an instance that has taken longer than it had, and what the platform does then; its name goes before. */
export function limitText({ limit, limitMs, azureMs, outcome, speed }: CrossedLimit): string {
  const took = `${durationText(azureMs)}${speed === 1 ? '' : ' of Azure time'}`;
  const after = durationText(limitMs);
  if (limit === 'stop') {
    const verb = outcome === 'goes on' ? `has been stopping its role for ${took}` : `took ${took} to stop its role`;
    return `${verb}: OnStop has ${after}, then its host is killed (S1)`;
  }
  const verb = outcome === 'goes on' ? 'has been' : 'was';
  const end = outcome === 'missed' ? ' and did not get there' : '';
  return `${verb} ${took} on its way to Ready${end}: the fabric goes on with the next upgrade domain after ${after} (S1)`;
}
