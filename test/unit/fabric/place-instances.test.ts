import { describe, expect, it } from 'vitest';
import type { ServiceModel, ServiceRole } from '../../../contracts/service-model.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { placeInstances } from '../../../fabric/place-instances.ts';
import { serviceModel, site, webRole, workerRole } from '../model-package/service-model.ts';

const at = { line: 1, column: 1, attributes: {} };
const placement = {
  deploymentId: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4',
  speed: 2,
  timings: resolveTimings(2),
  emulated: true,
  bundlesDirectory: '/bundles',
  codeCacheDirectory: 'off',
  roleTempInMB: 100,
  certificatesRequired: false,
  certificates: new Map(),
};
const input = (name: string, localPort: number | '*') =>
  ({ at, name, protocol: 'http', port: 80, localPort }) as unknown as ServiceRole['inputEndpoints'][number];
const internal = (name: string, facts: object = {}) =>
  ({
    at,
    name,
    protocol: 'tcp',
    port: '*',
    fixedPorts: [],
    fixedPortRanges: [],
    ...facts,
  }) as unknown as ServiceRole['internalEndpoints'][number];

/** A service of worker roles with so many instances each. */
function service(counts: Readonly<Record<string, number>>, changes: Partial<ServiceRole> = {}, upgradeDomainCount = 5): ServiceModel {
  const model = serviceModel(...Object.keys(counts).map((name) => workerRole(name)));
  return {
    ...model,
    definition: { ...model.definition, upgradeDomainCount },
    roles: model.roles.map((role) => ({ ...role, ...changes, instanceCount: counts[role.name] ?? 1 })),
  };
}

const place = (model: ServiceModel) => placeInstances(model, placement);
const countBy = (values: readonly number[]) => [...new Set(values)].map((value) => values.filter((other) => other === value).length);

describe('instances', () => {
  it('are called by their role and number, role by role', () => {
    expect(place(service({ A: 2, B: 1 })).map(({ instanceId }) => instanceId)).toEqual(['A_IN_0', 'A_IN_1', 'B_IN_0']);
  });

  it('of a VM role have the image that D: begins with, and no others have one', () => {
    const images = new Map([['B', '/images/web/D']]);
    expect(placeInstances(service({ A: 1, B: 1 }), { ...placement, images }).map(({ image }) => image)).toEqual([
      undefined,
      '/images/web/D',
    ]);
  });

  it('are spread over the upgrade domains, 14 over 5 as 3, 3, 3, 3, 2, and over two fault domains', () => {
    const vms = place(service({ A: 14 }));
    expect(countBy(vms.map(({ updateDomain }) => updateDomain))).toEqual([3, 3, 3, 3, 2]);
    expect(countBy(vms.map(({ faultDomain }) => faultDomain))).toEqual([7, 7]);
    expect(vms.slice(0, 6).map(({ updateDomain, faultDomain }) => [updateDomain, faultDomain])).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 1],
      [4, 0],
      [0, 1],
    ]);
  });

  it('begin anew at domain 0 for each role, and stay in one domain when there is only one', () => {
    expect(place(service({ A: 3, B: 2 })).map(({ updateDomain }) => updateDomain)).toEqual([0, 1, 2, 0, 1]);
    expect(place(service({ A: 3 }, {}, 1)).map(({ updateDomain }) => updateDomain)).toEqual([0, 0, 0]);
  });

  it('are none of a role with none', () => expect(place(service({ A: 0, B: 1 })).map(({ roleName }) => roleName)).toEqual(['B']));

  it.skipIf(process.platform === 'darwin')('have an address of their own each, in 127.255, never a broadcast or network address', () => {
    const addresses = place(service({ A: 600 }, { inputEndpoints: [input('Http', 8080)] })).map(
      ({ endpoints }) => endpoints[0]?.address ?? '',
    );
    expect(new Set(addresses).size).toBe(600);
    for (const address of addresses) {
      const [a, b, c, d] = address.split('.').map(Number);
      expect([a, b]).toEqual([127, 255]);
      expect(c).toBeLessThanOrEqual(255);
      expect(d).toBeGreaterThanOrEqual(1);
      expect(d).toBeLessThanOrEqual(254);
    }
  });

  it('have the same addresses and machine names at each run of a deployment, and others in another', () => {
    const model = service({ A: 2 }, { inputEndpoints: [input('Http', 8080)] });
    expect(place(model)).toEqual(place(model));
    const names = place(model).map(({ machineName }) => machineName);
    for (const name of names) expect(name).toMatch(/^RD00155D[0-9A-F]{6}$/);
    expect(new Set(names).size).toBe(2);
    const other = placeInstances(model, { ...placement, deploymentId: '0'.repeat(32) });
    expect(other.map(({ machineName }) => machineName)).not.toEqual(names);
  });

  it('have the kind that decides about their host', () => {
    const model = serviceModel(workerRole('W'), webRole('Full', [site('Web')]), webRole('Core'));
    expect(place(model).map(({ roleKind }) => roleKind)).toEqual(['WorkerRole', 'IISWebRole', 'HWCWebRole']);
  });

  it('carry settings, LocalStorage and certificates of their role, without places in files', () => {
    const [vm] = place(
      service(
        { A: 1 },
        {
          settings: [{ name: 'Greeting', value: 'hello' }],
          localStorage: [{ at, name: 'Cache', sizeInMB: 10, cleanOnRoleRecycle: true }],
          certificates: [
            { at, name: 'Ssl', storeLocation: 'LocalMachine', storeName: 'My', thumbprint: 'AB', thumbprintAlgorithm: 'sha1' } as never,
          ],
        },
      ),
    );
    expect(vm).toMatchObject({
      settings: [{ name: 'Greeting', value: 'hello' }],
      localStorage: [{ name: 'Cache', sizeInMB: 10, cleanOnRoleRecycle: true }],
      certificates: [{ name: 'Ssl', storeLocation: 'LocalMachine', storeName: 'My', thumbprint: 'AB' }],
      speed: 2,
      roleDrive: 'E',
      configIncarnation: 1,
    });
    expect(JSON.stringify(vm)).not.toContain('"line"');
  });
});

describe('endpoints', () => {
  const ports = (changes: Partial<ServiceRole>) => place(service({ A: 1 }, changes))[0]?.endpoints.map(({ name, port }) => [name, port]);

  it('have the ports that were stated, and else the first free ones from 20000 on', () => {
    expect(
      ports({
        inputEndpoints: [input('Http', 8080), input('Any', '*')],
        internalEndpoints: [
          internal('Fixed', { fixedPorts: [{ at, port: 9000 }] }),
          internal('Range', { fixedPortRanges: [{ at, min: 9100, max: 9200 }] }),
          internal('Old', { port: 9300 }),
          internal('Picked'),
        ],
        instanceInputEndpoints: [{ at, name: 'Direct', protocol: 'tcp', localPort: 10100 } as never],
      }),
    ).toEqual([
      ['Http', 8080],
      ['Any', 20000],
      ['Fixed', 9000],
      ['Range', 9100],
      ['Old', 9300],
      ['Picked', 20001],
      ['Direct', 10100],
    ]);
  });

  it('are not given a port that another one of the instance has stated', () => {
    const given = ports({
      inputEndpoints: [input('Any', '*'), input('Stated', 20000)],
      internalEndpoints: [internal('Picked'), internal('Fixed', { fixedPorts: [{ at, port: 20001 }] })],
      instanceInputEndpoints: [{ at, name: 'Direct', protocol: 'tcp', localPort: 20002 } as never],
    });
    expect(given).toEqual([
      ['Any', 20003],
      ['Stated', 20000],
      ['Picked', 20004],
      ['Fixed', 20001],
      ['Direct', 20002],
    ]);
  });

  it('of every other instance are known to each, its own not', () => {
    const vms = place(service({ A: 2, B: 1 }, { inputEndpoints: [input('Http', 8080)] }));
    const others = vms.map((vm) => vm.otherRoles.map(({ name, instances }) => [name, instances.map(({ id }) => id)]));
    expect(others).toEqual([
      [
        ['A', ['A_IN_1']],
        ['B', ['B_IN_0']],
      ],
      [
        ['A', ['A_IN_0']],
        ['B', ['B_IN_0']],
      ],
      [
        ['A', ['A_IN_0', 'A_IN_1']],
        ['B', []],
      ],
    ]);
    expect(vms[1]?.otherRoles[0]?.instances[0]?.endpoints).toEqual(vms[0]?.endpoints);
  });
});

describe('what the endpoints need of the firewall', () => {
  const open = (changes: Partial<ServiceRole>, count = 2) => place(service({ A: count }, changes)).map(({ openPorts }) => openPorts);

  it('is open to everybody for input endpoints, with the local port', () => {
    const [[tcp, udp, direct] = []] = open({
      inputEndpoints: [input('Http', 8080), { ...input('Dns', 53), protocol: 'udp' }],
      instanceInputEndpoints: [{ at, name: 'Direct', protocol: 'tcp', localPort: 10100 } as never],
    });
    expect(tcp).toEqual({ endpoint: 'Http', protocol: 'TCP', ports: '8080', from: 'Any' });
    expect(udp).toEqual({ endpoint: 'Dns', protocol: 'UDP', ports: '53', from: 'Any' });
    expect(direct).toEqual({ endpoint: 'Direct', protocol: 'TCP', ports: '10100', from: 'Any' });
  });

  it('is open to the instances of the deployment for internal ones, with all their ports', () => {
    const [ports = []] = open({
      internalEndpoints: [
        internal('Fixed', {
          fixedPorts: [
            { at, port: 9000 },
            { at, port: 9002 },
          ],
          fixedPortRanges: [{ at, min: 9100, max: 9200 }],
        }),
        internal('Picked'),
        internal('Everything', { protocol: 'any' }),
      ],
    });
    expect(ports.map(({ protocol, ports: list }) => [protocol, list])).toEqual([
      ['TCP', '9000,9002,9100-9200'],
      ['TCP', '20000'],
      ['Any', 'Any'],
    ]);
    const addresses = process.platform === 'darwin' ? 1 : 2;
    expect(new Set(ports.map(({ from }) => from.length))).toEqual(new Set([addresses]));
  });
});

describe('certificates', () => {
  it('are known by their thumbprint as digits only, and have what was given for it', () => {
    const digits = '00AB'.repeat(10);
    const declared = {
      at,
      name: 'Ssl',
      storeLocation: 'LocalMachine',
      storeName: 'My',
      permissionLevel: 'elevated',
      thumbprintAlgorithm: 'sha1',
    };
    const role = { certificates: [{ ...declared, thumbprint: `\u200e${digits.toLowerCase()} ` } as never] };
    const content = { thumbprint: digits, subject: 'CN=a' } as never;
    const [vm] = placeInstances(service({ A: 1 }, role), { ...placement, certificates: new Map([[digits, content]]) });
    expect(vm?.certificates).toEqual([
      { name: 'Ssl', thumbprint: digits, storeLocation: 'LocalMachine', storeName: 'My', permissionLevel: 'elevated', content },
    ]);
    expect(place(service({ A: 1 }, role))[0]?.certificates[0]).not.toHaveProperty('content');
  });
});
