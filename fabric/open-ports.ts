import type { ServiceRole } from '../contracts/service-model.ts';
import type { EndpointConfig, OpenPort } from '../contracts/vm-document.ts';

/**
 * What the endpoints of an instance need of its firewall: input endpoints are open to everybody, internal ones to the instances of the
 * deployment, with all their ports (SM 4.3).
 *
 * @param endpoints of this instance, with the ports that were picked for it
 * @param instances addresses of all instances
 */
export function openPorts(role: ServiceRole, endpoints: readonly EndpointConfig[], instances: readonly string[]): readonly OpenPort[] {
  const portOf = (name: string) => String(endpoints.find((endpoint) => endpoint.name === name)?.port ?? 'Any');
  const input = [...role.inputEndpoints, ...role.instanceInputEndpoints].map(
    ({ name, protocol }): OpenPort => ({ endpoint: name, protocol: transportOf(protocol), ports: portOf(name), from: 'Any' }),
  );
  const internal = role.internalEndpoints.map(({ name, protocol, fixedPorts, fixedPortRanges }): OpenPort => {
    const fixed = [
      ...fixedPorts.map(({ port }) => String(port)),
      ...fixedPortRanges.map(({ min, max }) => (min === max ? `${min}` : `${min}-${max}`)),
    ];
    const ports = protocol === 'any' ? 'Any' : fixed.length === 0 ? portOf(name) : fixed.join(',');
    return { endpoint: name, protocol: transportOf(protocol), ports, from: instances };
  });
  return [...input, ...internal];
}

function transportOf(protocol: string): OpenPort['protocol'] {
  return protocol === 'any' ? 'Any' : protocol === 'udp' ? 'UDP' : 'TCP';
}
