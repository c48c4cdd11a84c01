import type { OpenPort, VmDocument } from '../../contracts/vm-document.ts';
import type { FirewallDocument, FirewallProfile, FirewallRule } from './firewall-document.ts';

/** By it the agent knows its own rules (I). */
const agentsGroup = 'Windows Azure Guest Agent';

const closed: FirewallProfile = { state: 'on', inbound: 'block', outbound: 'allow' };

/**
 * The firewall as the guest agent sets it at each start of the role (AB 1.1): one rule for each port of the role's endpoints, in place of
 * those that it has set before. Rules of others stay, and so does what others have made of the profiles; a new Windows lets nothing in
 * that no rule is about (W).
 *
 * @param before as it was, undefined in a new Windows
 */
export function settleFirewall(before: FirewallDocument | undefined, vm: Pick<VmDocument, 'instanceId' | 'openPorts'>): FirewallDocument {
  return {
    profiles: before?.profiles ?? { domain: closed, private: closed, public: closed },
    rules: [...(before?.rules ?? []).filter((rule) => !isAgents(rule)), ...vm.openPorts.map((open) => ruleFor(vm.instanceId, open))],
  };
}

/** The rules of the guest agent in a few words each: `Endpoint1 (TCP 8080 from Any)`. */
export function agentsRules(document: FirewallDocument | undefined): readonly string[] {
  return (document?.rules ?? []).filter(isAgents).map(({ name, protocol, localPort, remoteIP }) => {
    return `${name} (${protocol} ${localPort} from ${remoteIP})`;
  });
}

/** How many rules somebody else has added. */
export function otherRules(document: FirewallDocument): number {
  return document.rules.filter((rule) => !isAgents(rule)).length;
}

function isAgents({ grouping }: FirewallRule): boolean {
  return grouping === agentsGroup;
}

function ruleFor(instance: string, { endpoint, protocol, ports, from }: OpenPort): FirewallRule {
  return {
    name: `${instance}.${endpoint}`,
    enabled: true,
    direction: 'in',
    profiles: ['domain', 'private', 'public'],
    grouping: agentsGroup,
    localIP: 'Any',
    remoteIP: from === 'Any' ? 'Any' : from.join(','),
    protocol,
    localPort: ports,
    remotePort: 'Any',
    edgeTraversal: false,
    action: 'allow',
  };
}
