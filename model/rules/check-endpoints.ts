import type { FixedPortRange, FromSource, RoleDefinition } from '../../contracts/service-model.ts';
import { quote } from '../quote.ts';
import type { RoleDeclarations } from './merge-declarations.ts';
import { type DefinitionContext, placeOf } from './rule-context.ts';

/** Endpoints of all kinds per service, the modules' included (SM 3). */
const maxEndpoints = 25;

/** Ports of endpoints: ranges, limits, and public ports used once (X8). */
export function checkEndpoints(context: DefinitionContext): void {
  checkRanges(context);
  checkPublicPorts(context);
  checkCount(context);
}

function checkRanges({ definition, findings }: DefinitionContext): void {
  for (const role of definition.roles) {
    const ranges = [
      ...role.internalEndpoints.flatMap((endpoint) => endpoint.fixedPortRanges),
      ...role.instanceInputEndpoints.map((endpoint) => endpoint.publicPorts),
    ];
    for (const range of ranges) {
      if (range.min <= range.max) continue;
      const place = placeOf(definition.file, range, 'FixedPortRange/@max', 'Write the smaller port into min.');
      findings.error('RV1209', `The port range from ${range.min} to ${range.max} is empty.`, place);
    }
  }
}

interface PublicPorts {
  readonly label: string;
  readonly transport: 'tcp' | 'udp';
  readonly min: number;
  readonly max: number;
  readonly element: FromSource;
  readonly subject: string;
}

function checkPublicPorts({ definition, declarations, findings }: DefinitionContext): void {
  // Each is compared with all before it; a service with more than this is refused for their number.
  const all = [...declarations].flatMap(([role, declared]) => publicPortsOf(role, declared)).slice(0, maxEndpoints * 4);
  for (const [index, ports] of all.entries()) {
    const other = all.slice(0, index).find((one) => one.transport === ports.transport && one.min <= ports.max && ports.min <= one.max);
    if (other === undefined) continue;
    const shared = Math.max(ports.min, other.min);
    const message = `Public ${ports.transport} port ${shared} of ${ports.label} is that of ${other.label} as well.`;
    findings.error('RV1208', message, placeOf(definition.file, ports.element, ports.subject, 'Give one of them another public port.'));
  }
}

/** What a module brings along stands where the module is imported. */
function publicPortsOf(role: RoleDefinition, declared: RoleDeclarations): PublicPorts[] {
  const element = (at: FromSource['at'] | undefined, module: string | undefined): FromSource =>
    at === undefined ? (role.imports.find(({ moduleName }) => moduleName === module) ?? role) : { at };
  const label = (name: string) => `endpoint ${quote(name)} of role ${quote(role.name)}`;
  return [
    ...declared.inputEndpoints.map(({ name, protocol, port, at, module }) => ({
      label: label(name),
      transport: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      min: port,
      max: port,
      element: element(at, module),
      subject: at === undefined ? 'Import/@moduleName' : 'InputEndpoint/@port',
    })),
    ...declared.instanceInputEndpoints.map(({ name, protocol, publicPorts, at, module }) => ({
      label: label(name),
      transport: protocol,
      min: publicPorts.min,
      max: publicPorts.max,
      element: at === undefined ? element(at, module) : (publicPorts satisfies FixedPortRange),
      subject: at === undefined ? 'Import/@moduleName' : 'FixedPortRange',
    })),
  ];
}

function checkCount({ definition, declarations, findings }: DefinitionContext): void {
  const count = [...declarations.values()].reduce(
    (sum, one) => sum + one.inputEndpoints.length + one.internalEndpoints.length + one.instanceInputEndpoints.length,
    0,
  );
  if (count <= maxEndpoints) return;
  const message = `The service has ${count} endpoints, those of imported modules included; ${maxEndpoints} are allowed.`;
  findings.error('RV1210', message, placeOf(definition.file, definition, 'ServiceDefinition', 'Remove endpoints, or split the service.'));
}
