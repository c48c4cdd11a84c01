import { delimiter, join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overlayVariables, roleEnvironmentVariables } from '../../../sandbox/role-environment-variables.ts';
import { vmDocument } from './vm.ts';

const root = join(sep, 'state', 'vms', 'WorkerRole1_IN_0');
/** The guest's own programs come before this machine's. */
const tools = [join(root, 'commands'), join(root, 'D', 'Windows', 'System32')];
const directory = (name: string) => join(root, 'C', 'Resources', 'Directory', `1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1.${name}`) + sep;

describe('roleEnvironmentVariables', () => {
  it('are those of AB 5.4 and PL 9 with host paths, and nothing of the emulator', () => {
    process.env.ROLEVM_TEST_SECRET = 'x';
    const { WA_CONTAINER_SID, USERNAME, NUMBER_OF_PROCESSORS, ...rest } = roleEnvironmentVariables(root, vmDocument(), '/usr/bin');
    delete process.env.ROLEVM_TEST_SECRET;
    expect(rest).toEqual({
      RoleRoot: join(root, 'E'),
      RdRoleRoot: join(root, 'E') + sep,
      RoleName: 'WorkerRole1',
      RoleInstanceID: 'WorkerRole1_IN_0',
      RoleDeploymentID: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4',
      RdRoleId: '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1_IN_0',
      RdRoleConfigRootPath: join(root, 'C', 'Config'),
      RdRoleResourcesRootPath: join(root, 'C', 'Resources'),
      RdRoleLogRootPath: join(root, 'C', 'Logs'),
      WaRoleType: 'WorkerRole',
      DiagnosticStore: directory('DiagnosticStore'),
      Cache: directory('Cache'),
      Keep: directory('Keep'),
      TEMP: join(root, 'C', 'Resources', 'temp', '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1', 'RoleTemp'),
      TMP: rest.TEMP,
      windir: join(root, 'D', 'Windows'),
      SystemRoot: join(root, 'D', 'Windows'),
      ProgramFiles: join(root, 'D', 'Program Files'),
      'ProgramFiles(x86)': join(root, 'D', 'Program Files (x86)'),
      PATH: [...tools, '/usr/bin', join(root, 'E', 'base', 'x64'), join(root, 'E', 'base', 'x86')].join(delimiter),
      COMPUTERNAME: 'RD00155D50206D',
    });
    expect(WA_CONTAINER_SID).toMatch(/^S-1-5-80(-\d{1,10}){5}$/);
    expect(USERNAME).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Number(NUMBER_OF_PROCESSORS)).toBeGreaterThan(0);
  });

  it('give an instance the same SID and user at each start, and another instance others', () => {
    const of = (instanceId: string) => {
      const { WA_CONTAINER_SID, USERNAME } = roleEnvironmentVariables(root, vmDocument({ instanceId }), '');
      return [WA_CONTAINER_SID, USERNAME];
    };
    expect(of('R_IN_0')).toEqual(of('R_IN_0'));
    const all = Array.from({ length: 200 }, (_, n) => of(`R_IN_${n}`));
    expect(new Set(all.flat()).size).toBe(400);
  });

  it('follow drive letter, account, runtime endpoint and the SystemRoot of a Windows host', () => {
    const variables = roleEnvironmentVariables(root, vmDocument({ roleDrive: 'F' }), '', {
      executionContext: 'elevated',
      runtimeEndpoint: '/tmp/runtime.sock',
      systemRoot: 'C:\\Windows',
    });
    expect(variables).toMatchObject({
      RoleRoot: join(root, 'F'),
      USERNAME: 'RD00155D50206D$',
      WaRuntimeEndpoint: '/tmp/runtime.sock',
      windir: 'C:\\Windows',
      SystemRoot: 'C:\\Windows',
      PATH: [...tools, join(root, 'F', 'base', 'x64'), join(root, 'F', 'base', 'x86')].join(delimiter),
    });
  });

  it('are not displaced by a LocalStorage of the same name', () => {
    const localStorage = [{ name: 'path', sizeInMB: 1, cleanOnRoleRecycle: true }];
    const variables = roleEnvironmentVariables(root, vmDocument({ localStorage }), '/usr/bin');
    expect(Object.keys(variables).filter((name) => name.toLowerCase() === 'path')).toEqual(['PATH']);
    expect(variables.PATH).toContain('/usr/bin');
  });
});

describe('overlayVariables', () => {
  it('takes names as Windows does: the same in any case, the later spelling stays', () => {
    expect(
      overlayVariables({ Path: 'a', X: '1' }, [
        { name: 'PATH', value: 'b' },
        { name: 'x', value: '' },
      ]),
    ).toEqual({ PATH: 'b', x: '' });
  });

  it('leaves out what no system takes, so that the process can start', () => {
    const odd = ['', 'a=b', 'a\0b'].map((name) => ({ name, value: 'x' }));
    expect(overlayVariables({}, [...odd, { name: 'good', value: 'a\0b' }])).toEqual({ good: 'ab' });
  });
});
