import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configureGuest } from '../../../agents/guest-agent/configure-guest.ts';
import type { CertificateContent, VmDocument } from '../../../contracts/vm-document.ts';
import { accountsKind } from '../../../sandbox/accounts/accounts-document.ts';
import { roleUser } from '../../../sandbox/accounts/role-user.ts';
import { settleAccounts } from '../../../sandbox/accounts/settle-accounts.ts';
import { sids } from '../../../sandbox/accounts/well-known-sids.ts';
import { type AccessEntry, aclKind } from '../../../sandbox/acl/acl-document.ts';
import { agentsAcl } from '../../../sandbox/acl/agents-acl.ts';
import { settleAcl } from '../../../sandbox/acl/settle-acl.ts';
import { certificatesKind } from '../../../sandbox/certificates/certificates-document.ts';
import { settleCertificates } from '../../../sandbox/certificates/settle-certificates.ts';
import { type DriveLayout, driveLayout } from '../../../sandbox/drive-layout.ts';
import { type FirewallRule, firewallKind } from '../../../sandbox/firewall/firewall-document.ts';
import { agentsRules, settleFirewall } from '../../../sandbox/firewall/settle-firewall.ts';
import { prepareLocalStorage } from '../../../sandbox/local-storage.ts';
import { readDocument } from '../../../sandbox/read-document.ts';
import { vmDocument } from './vm.ts';

const http = { endpoint: 'Http', protocol: 'TCP', ports: '8080', from: 'Any' } as const;
const content: CertificateContent = {
  thumbprint: 'AB'.repeat(20),
  subject: 'CN=front',
  issuer: 'CN=front',
  serialNumber: '01',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  pem: 'PEM\n',
};
const front = { name: 'Front', thumbprint: content.thumbprint, storeLocation: 'LocalMachine', storeName: 'My' } as const;
const certificate = { ...front, permissionLevel: 'limitedOrElevated', content } as const;
const vm = vmDocument({ openPorts: [http], certificates: [certificate] });

let outside: string;
let layout: DriveLayout;
let told: string[];
beforeEach(() => {
  outside = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-guest-')));
  layout = driveLayout(path.join(outside, 'vm'), vm);
  told = [];
});
afterEach(() => fs.rmSync(outside, { recursive: true, force: true }));

const story = { info: (text: string) => void told.push(text), warn: (text: string) => void told.push(`! ${text}`) };
async function configure(of: VmDocument = vm): Promise<void> {
  for (const folder of [layout.systemConfig, layout.config, layout.logs, layout.roleRoot]) fs.mkdirSync(folder.host, { recursive: true });
  await prepareLocalStorage(layout, of);
  await configureGuest(of, layout, story);
}
const documents = () => [layout.firewall, layout.accounts, layout.certificates, layout.localDriveAcl, layout.roleDriveAcl];

describe('the documents of the guest agent', () => {
  it('are such as their readers take, and are written and told of once', async () => {
    await configure();
    expect(told).toHaveLength(5);
    const kinds = [firewallKind, accountsKind, certificatesKind, aclKind, aclKind];
    for (const [n, place] of documents().entries()) {
      expect(readDocument<unknown>(place.host, kinds[n]?.form as never, 16_000_000), place.drive).toBeDefined();
    }
    const stamps = () => documents().map(({ host }) => fs.statSync(host).ino);
    const before = stamps();
    await configure();
    expect(stamps()).toEqual(before);
    expect(told).toHaveLength(5);
  });

  it('tell of what an endpoint more, and a certificate more, has changed', async () => {
    await configure();
    told = [];
    const second = { ...http, endpoint: 'Second', ports: '9000-9001' };
    const root = { ...certificate, name: 'Root', storeName: 'Root' };
    await configure({ ...vm, openPorts: [http, second], certificates: [certificate, root] });
    expect(told).toEqual([
      expect.stringContaining('WorkerRole1_IN_0.Second (TCP 9000-9001 from Any)'),
      expect.stringContaining('installed in LocalMachine\\Root'),
    ]);
  });

  it('are made anew when one cannot be read, which is told', async () => {
    await configure();
    for (const { host } of documents()) fs.writeFileSync(host, '[');
    await configure();
    expect(told.filter((text) => text.startsWith('! '))).toHaveLength(5);
    expect(agentsRules(readDocument(layout.firewall.host, firewallKind.form, 1_000_000))).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('are laid on no other drive than theirs, whatever a role puts in the way', async () => {
    fs.mkdirSync(layout.roleRoot.host, { recursive: true });
    fs.symlinkSync(outside, path.dirname(layout.roleDriveAcl.host));
    await expect(configure()).rejects.toMatchObject({ code: 'RV3103' });
    expect(fs.readdirSync(outside)).toEqual(['vm']);
  });

  it('are not made while a required certificate is missing', async () => {
    const { content: _, ...absent } = certificate;
    await expect(
      configure({ ...vm, certificates: [absent, { ...absent, name: 'None', thumbprint: '' }], certificatesRequired: true }),
    ).rejects.toThrow(`Certificate Front (${content.thumbprint}) is and certificate None (no thumbprint) is missing`);
    await configure({ ...vm, certificates: [absent] });
    expect(told).toContain(`Certificate Front (${content.thumbprint}) was not given and is in no store.`);
  });

  it('are not made when the file of a key has gone', async () => {
    const gone = { ...certificate, content: { ...content, key: { kind: 'pem', file: path.join(outside, 'gone.key') } as const } };
    await expect(configure({ ...vm, certificates: [gone] })).rejects.toMatchObject({ code: 'RV3107' });
  });
});

describe('the firewall', () => {
  const own = (name: string): FirewallRule => ({ ...(settleFirewall(undefined, vm).rules[0] as FirewallRule), name, grouping: '' });

  it('blocks what no rule lets in, and lets in the endpoints', () => {
    const { profiles, rules } = settleFirewall(undefined, {
      ...vm,
      openPorts: [http, { ...http, endpoint: 'Peer', from: ['127.255.0.1', '127.255.0.2'] }],
    });
    expect(Object.values(profiles)).toEqual(Array(3).fill({ state: 'on', inbound: 'block', outbound: 'allow' }));
    expect(rules.map(({ name, remoteIP }) => [name, remoteIP])).toEqual([
      ['WorkerRole1_IN_0.Http', 'Any'],
      ['WorkerRole1_IN_0.Peer', '127.255.0.1,127.255.0.2'],
    ]);
  });

  it('keeps what others have set, twice the same rule too, and has its own only once', () => {
    const first = settleFirewall(undefined, vm);
    const off = { ...first.profiles, public: { ...first.profiles.public, state: 'off' as const } };
    const changed = { profiles: off, rules: [own('Sql'), ...first.rules, own('Sql')] };
    const next = settleFirewall(changed, vm);
    expect(next.profiles).toEqual(off);
    expect(next.rules.map(({ name }) => name)).toEqual(['Sql', 'Sql', 'WorkerRole1_IN_0.Http']);
    expect(settleFirewall(next, vm)).toEqual(next);
  });
});

describe('the accounts', () => {
  it('are those of Windows and the user of the role, a plain user', () => {
    const { users, groups } = settleAccounts(undefined, vm);
    expect(users.map(({ name }) => name)).toEqual(['Administrator', 'Guest', roleUser(vm).name]);
    expect(groups.flatMap(({ name, members }) => (members.includes(roleUser(vm).sid) ? [name] : []))).toEqual(['Users']);
    expect(new Set(users.map(({ sid }) => sid)).size).toBe(3);
  });

  it('keep users and members of others, and get back the group that somebody has deleted', () => {
    const first = settleAccounts(undefined, vm);
    const guest = { name: 'deploy', sid: 'S-1-5-21-1-2-3-1000', comment: '', enabled: true };
    const changed = { users: [...first.users, guest], groups: first.groups.filter(({ sid }) => sid !== sids.users) };
    const { users, groups } = settleAccounts(changed, vm);
    expect(users.map(({ name }) => name).sort()).toEqual([...first.users.map(({ name }) => name), 'deploy'].sort());
    expect(groups.find(({ sid }) => sid === sids.users)?.members).toEqual([roleUser(vm).sid]);
  });

  it('are others for another instance and for another deployment', () => {
    const sidOf = (changes: Partial<VmDocument>) => roleUser(vmDocument(changes)).sid;
    expect(new Set([sidOf({}), sidOf({}), sidOf({ instanceId: 'WorkerRole1_IN_1' }), sidOf({ deploymentId: '0'.repeat(32) })]).size).toBe(
      3,
    );
  });
});

describe('the access rights', () => {
  const full = (sid: string, right = 'F'): AccessEntry => ({ sid, type: 'allow', inheritance: ['OI', 'CI'], rights: [right] });

  it('give a web role’s NETWORK SERVICE what the role has', () => {
    const rights = ({ roleKind }: Pick<VmDocument, 'roleKind'>) =>
      agentsAcl(layout, { ...vm, roleKind }).roleDrive[0]?.entries.map(({ sid }) => sid === sids.networkService);
    expect([rights({ roleKind: 'WorkerRole' }), rights({ roleKind: 'IISWebRole' })]).toEqual([
      [false, false, false],
      [false, false, false, true],
    ]);
  });

  it('keep what others have granted, and lose what is no file any more', () => {
    const set = [{ path: 'Config', inherits: false, entries: [full(sids.system), full('S-1-5-80-1', 'R')] }];
    const before = {
      paths: [
        { path: 'config', inherits: true, entries: [full('S-1-5-80-1', 'F'), full(sids.networkService, 'W')] },
        { path: 'Gone', inherits: true, entries: [full(sids.users)] },
        { path: 'Mine', inherits: true, entries: [full(sids.users)] },
      ],
    };
    expect(settleAcl(before, set, (file) => file !== 'Gone').paths).toEqual([
      { path: 'Config', inherits: true, entries: [full(sids.system), full('S-1-5-80-1', 'R'), full(sids.networkService, 'W')] },
      { path: 'Mine', inherits: true, entries: [full(sids.users)] },
    ]);
  });
});

describe('the certificates', () => {
  it('are in each store once, whatever its name is written like; those of others and of before stay', () => {
    const first = settleCertificates(undefined, layout, vm);
    expect(first.certificates.map(({ store, privateKey }) => [store, privateKey])).toEqual([['My', 'none']]);
    const other = { ...(first.certificates[0] as (typeof first.certificates)[number]), thumbprint: 'CD'.repeat(20) };
    const next = settleCertificates({ certificates: [other, ...first.certificates] }, layout, {
      certificates: [{ ...certificate, storeName: 'MY' }],
    });
    expect(next.certificates.map(({ store, thumbprint }) => [store, thumbprint.slice(0, 2)])).toEqual([
      ['My', 'CD'],
      ['MY', 'AB'],
    ]);
    expect(settleCertificates(next, layout, { certificates: [] })).toEqual(next);
  });
});
