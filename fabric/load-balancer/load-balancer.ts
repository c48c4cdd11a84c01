import { type Actor, createActor } from 'xstate';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { Rotation } from '../../contracts/rotation.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { type AzureClock, scaledClock } from '../../kernel/clock.ts';
import { askProbe, type ProbeAnswer } from './ask-probe.ts';
import { defaultProbeMachine, rotationOf } from './default-probe.machine.ts';
import { prober } from './prober.ts';

export type BalancedInstance = Pick<VmDocument, 'instanceId' | 'roleName' | 'speed' | 'timings' | 'defaultProbe'>;

export interface LoadBalancerListener {
  /** It has gone in or out; of one that is always in, its probe is answered with 200 or no more. */
  rotation(instance: string, rotation: Rotation): void;
  fault(error: unknown): void;
}

/** Knows which instances new connections may go to. */
export interface LoadBalancer {
  /** @throws Error when there is no such instance */
  rotationOf(instance: string): Rotation;
  /** An instance has this status now: the fabric takes it out before an orderly stop, and the probe of one without a guest rests. */
  status(instance: string, status: InstanceStatus): void;
  /** Asks no more. */
  stop(): void;
}

/**
 * Probes every instance of a deployment, also of roles without input endpoints, whose agents answer as well.
 *
 * @param instances of one deployment, which has one speed
 * @param underneath for tests: another clock, and who answers
 */
export function startLoadBalancer(
  instances: readonly BalancedInstance[],
  listener: LoadBalancerListener,
  underneath: {
    readonly clock?: AzureClock;
    readonly ask?: (at: VmDocument['defaultProbe'], signal: AbortSignal) => Promise<ProbeAnswer>;
  } = {},
): LoadBalancer {
  const { clock = scaledClock(instances[0]?.speed ?? 1), ask = askProbe } = underneath;
  const probes = new Map(
    instances.map(({ instanceId, roleName, timings, defaultProbe }) => {
      const onlyInstance = instances.filter((other) => other.roleName === roleName).length === 1;
      const now = () => new Date();
      const asking = prober({
        ask: (signal) => ask(defaultProbe, signal),
        clock,
        now,
        intervalMs: timings.defaultProbeIntervalMs,
      });
      const machine = defaultProbeMachine(asking, { timeoutMs: timings.defaultProbeTimeoutMs, now, onlyInstance });
      const actor = createActor(machine, { clock });
      tellChanges(actor, (rotation) => listener.rotation(instanceId, rotation), listener.fault);
      return [instanceId, actor.start()] as const;
    }),
  );
  return {
    rotationOf: (instance) => {
      const probe = probes.get(instance);
      if (probe === undefined) throw new Error(`the load balancer has no instance ${instance}`);
      return rotationOf(probe.getSnapshot());
    },
    status: (instance, status) => probes.get(instance)?.send({ type: 'instance.status', status }),
    stop: () => {
      for (const probe of probes.values()) probe.stop();
    },
  };
}

function tellChanges(
  probe: Actor<ReturnType<typeof defaultProbeMachine>>,
  tell: (rotation: Rotation) => void,
  fault: (error: unknown) => void,
): void {
  let told = newsIn(rotationOf(probe.getSnapshot()));
  probe.subscribe({
    next: (snapshot) => {
      const rotation = rotationOf(snapshot);
      const news = newsIn(rotation);
      if (news === told || restsOnly(rotation)) return;
      told = news;
      tell(rotation);
    },
    error: fault,
  });
}

/** The VM is off, which takes no only instance out. */
function restsOnly({ reason, probe }: Rotation): boolean {
  return reason === 'onlyInstance' && probe.answer === 'none';
}

/** What of it is worth a line: in or out; of one that is always in, whether it would be without that. */
function newsIn({ inRotation, reason, probe }: Rotation): boolean {
  return reason === 'onlyInstance' ? probe.answer === 200 : inRotation;
}
