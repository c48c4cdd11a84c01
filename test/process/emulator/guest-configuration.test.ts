import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PlannedFile } from '../../../contracts/event-plan.ts';
import type { AccountsDocument } from '../../../sandbox/accounts/accounts-document.ts';
import type { AclDocument } from '../../../sandbox/acl/acl-document.ts';
import type { CertificatesDocument } from '../../../sandbox/certificates/certificates-document.ts';
import type { FirewallDocument, FirewallRule } from '../../../sandbox/firewall/firewall-document.ts';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const instance = 'Guarded_IN_0';
const lookAgainMs = 50;
const onD = (name: string) => `D/Windows/System32/config/${name}`;

describe('the guest of a role', () => {
  const openPlace = places(afterAll);
  let place: Place;
  let up: RunningEmulator;
  let storage: (name: string) => string;
  beforeAll(async () => {
    place = openPlace('configured');
    up = place.up({ settings: { roleTempInMB: 1 } });
    await up.ready();
    const { id } = place.deployment();
    storage = (name) => place.file(instance, `C/Resources/Directory/${id}.Guarded.${name}`);
  });

  const read = <Document>(file: string) => JSON.parse(fs.readFileSync(place.file(instance, file), 'utf8')) as Document;
  const log = () => fs.readFileSync(place.file(instance, 'C/Logs/AppAgentRuntime.log'), 'utf8');
  const recycle = async () => {
    const from = up.story.now;
    await place.rolevm('recycle', '--instance', instance);
    await up.story.status(instance, 'ReadyRole', from);
  };
  const notice = (text: string, from = 0) => up.story.item('notice', (item) => item.text.includes(text), from);
  const overQuota = async () => (await up.status()).instances[0]?.overQuota ?? [];

  const roomAgain = async () => {
    while ((await overQuota()).length > 0) await pause(lookAgainMs);
  };

  it('has its endpoints open and nothing else, which AppAgentRuntime.log tells with what it is worth here', () => {
    const { profiles, rules } = read<FirewallDocument>(onD('firewall.json'));
    expect(profiles.public).toEqual({ state: 'on', inbound: 'block', outbound: 'allow' });
    expect(rules.map(({ name, direction, protocol, localPort, action }) => [name, direction, protocol, localPort, action])).toEqual([
      ['Guarded_IN_0.Front', 'in', 'TCP', '8081', 'allow'],
      ['Guarded_IN_0.Peer', 'in', 'UDP', '9000-9010', 'allow'],
    ]);
    expect(rules.map(({ remoteIP }) => remoteIP)).toEqual(['Any', expect.stringMatching(/^127\./)]);
    expect(log()).toContain('Firewall: rules set: Guarded_IN_0.Front (TCP 8081 from Any), ');
    expect(log()).toContain('Nothing is filtered on this machine');
  });

  it('keeps the rules of others over a recycle, and gets back those of the agent', async () => {
    const before = read<FirewallDocument>(onD('firewall.json'));
    const own = { ...(before.rules[0] as FirewallRule), name: 'Mine', grouping: '', localPort: '1433' };
    fs.writeFileSync(
      place.file(instance, onD('firewall.json')),
      JSON.stringify({ ...before, rules: [own, own, ...before.rules.slice(1)] }),
    );
    await recycle();
    expect(read<FirewallDocument>(onD('firewall.json')).rules).toEqual([own, own, ...before.rules]);
    expect(log()).toContain('; 2 other rules stay');
  });

  it('has a user for what is limited, whose SID tasks and host see, and who is no administrator', async () => {
    const { users, groups } = read<AccountsDocument>(onD('accounts.json'));
    const sid = users.at(-1)?.sid ?? '';
    await up.story.output(instance, `task runs as ${sid}`);
    await up.story.output(instance, `host runs as ${sid}`);
    expect(groups.filter(({ members }) => members.includes(sid)).map(({ name }) => name)).toEqual(['Users']);
  });

  it('has the certificates that were given in the stores that the definition names, the private key for its owner alone', () => {
    const { certificates } = read<CertificatesDocument>(onD('certificates.json'));
    expect(certificates.map(({ location, store, subject, privateKey }) => [location, store, subject, privateKey])).toEqual([
      ['LocalMachine', 'My', 'CN=front.example.com, O=Example', 'elevated'],
      ['LocalMachine', 'Root', 'CN=Example Root', 'none'],
    ]);
    const { key = '', password = '' } = certificates[0]?.files ?? {};
    const host = (drivePath: string) => place.file(instance, drivePath.replace(':', '').replaceAll('\\', '/'));
    expect(fs.readFileSync(host(key))).toEqual(fs.readFileSync(path.join(place.service, 'certificates/front.pfx')));
    expect(fs.readFileSync(host(password), 'utf8')).toBe('fixture\n');
    if (process.platform !== 'win32') expect(fs.statSync(host(key)).mode & 0o777).toBe(0o600);
  });

  it('is without a certificate that nobody has given, which is said once', async () => {
    const { text } = await notice('has no certificate for Absent');
    expect(text).toContain('the stores of the guests are without');
    expect(up.story.of('notice').filter((item) => item.text.includes('Absent'))).toHaveLength(1);
    expect(log()).toContain('Certificate Absent (00112233445566778899AABBCCDDEEFF00112233) was not given and is in no store.');
  });

  it('lets the user of the role write to LocalStorage and read its package, as far as a document goes', () => {
    const { users } = read<AccountsDocument>(onD('accounts.json'));
    const rights = (drive: string, end: string) =>
      read<AclDocument>(`${drive}/System Volume Information/acl.json`)
        .paths.find(({ path: name }) => name.endsWith(end))
        ?.entries.find(({ sid }) => sid === users.at(-1)?.sid)?.rights;
    expect([rights('C', '.Cleaned'), rights('C', 'RoleTemp'), rights('C', 'Config'), rights('E', '')]).toEqual([
      ['F'],
      ['F'],
      ['R'],
      ['RX'],
    ]);
    expect(rights('C', 'Logs')).toBeUndefined();
    // It is Windows's own, and no file that somebody has patched.
    expect(up.story.of('file').filter(({ text }) => text.includes('System Volume Information'))).toEqual([]);
  });

  it('tells once when a LocalStorage holds more than it may, and when it has room again', async () => {
    const from = up.story.now;
    const file = path.join(storage('Kept'), 'deep', 'big.bin');
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, Buffer.alloc(3 * 1_048_576));
    const { text } = await notice('LocalStorage Kept (', from);
    expect(text).toContain('holds 3.0 MB of 2 MB: Azure refuses writes beyond (112, not enough space on the disk), here they go through.');
    expect(await overQuota()).toEqual([expect.objectContaining({ name: 'Kept', sizeInMB: 2, usedBytes: 3 * 1_048_576 })]);
    // Below a folder that was made after the watch began; more of it is no news.
    fs.appendFileSync(file, Buffer.alloc(1_048_576));
    fs.rmSync(path.dirname(file), { recursive: true });
    await roomAgain();
    expect(up.story.of('notice', from).filter((item) => item.text.includes('Kept'))).toHaveLength(1);
    expect(log()).toMatch(
      /\[WARN\] {2}LocalStorage Kept \(.*\n(.*\n)*.*\[INFO\] {2}LocalStorage Kept \(.* has room again: 0\.0 MB of 2 MB\./,
    );
  });

  it('tells of %TEMP% as well, whose limit rolevm.json can set', async () => {
    const from = up.story.now;
    const { id } = place.deployment();
    fs.writeFileSync(place.file(instance, `C/Resources/temp/${id}.Guarded/RoleTemp/upload.tmp`), Buffer.alloc(1_500_000));
    expect((await notice('%TEMP% (C:\\Resources\\temp\\', from)).text).toContain('holds 1.5 MB of 1 MB');
    await recycle();
    await roomAgain();
  });

  it.skipIf(process.platform !== 'linux')(
    'does not start while a service holds a file of what is to be emptied, and starts when that lets go',
    async () => {
      await promisify(execFile)(place.file(instance, 'commands/sc'), ['start', 'Holder']);
      await up.story.output(instance, 'holds');
      const holder = (await up.ps()).find(({ state }) => state.includes('service Holder'))?.pid ?? 0;
      fs.writeFileSync(path.join(storage('Cleaned'), 'free.txt'), '');
      const from = up.story.now;
      await place.rolevm('recycle', '--instance', instance);
      const { details } = await up.story.status(instance, 'FailedStartingRole', from);
      expect(details).toMatch(/^C:\\Resources\\Directory\\[0-9a-f]{32}\.Guarded\.Cleaned\\deep\\held\.txt is kept open by node \(\d+\), /);
      expect(details).toContain(`(${holder})`);
      expect(fs.readdirSync(storage('Cleaned'))).toEqual(['deep']);
      // The agent tries again; the bootstrapper is not there meanwhile.
      const retry = up.story.now;
      await up.story.status(instance, 'CreatingRole', retry);
      expect((await up.ps()).map(({ name }) => name)).not.toContain('WaHostBootstrapper');
      await up.kill(holder, instance);
      await up.story.status(instance, 'ReadyRole', retry);
      expect(fs.existsSync(path.join(storage('Cleaned'), 'deep'))).toBe(false);
    },
  );

  it('has nothing of all this to lose in a plan but what others have added to it', async () => {
    const files = async () => {
      const { stdout } = await place.rolevm('plan', 'rebuild', '--instance', instance);
      const [plan] = JSON.parse(stdout).instances as { drives: { files: PlannedFile[] }[] }[];
      const named = (plan?.drives ?? []).flatMap((drive) => drive.files);
      return named.flatMap(({ file, becomes }) => (/\\config\\|System Volume/.test(file) ? [`${becomes} ${file}`] : []));
    };
    const firewall = 'D:\\Windows\\System32\\config\\firewall.json';
    expect((await files()).filter((line) => !line.includes('services.json'))).toEqual([`reset ${firewall}`]);
    const document = read<FirewallDocument>(onD('firewall.json'));
    const rules = document.rules.filter(({ name }) => name !== 'Mine');
    fs.writeFileSync(place.file(instance, onD('firewall.json')), `${JSON.stringify({ ...document, rules }, null, 2)}\n`);
    expect((await files()).filter((line) => !line.includes('services.json'))).toEqual([]);
  });

  it('has its documents made anew, and is told so, when somebody has damaged one', async () => {
    const from = up.story.now;
    fs.writeFileSync(place.file(instance, onD('firewall.json')), '{"rules": 5}');
    await recycle();
    expect((await notice('The firewall in D:\\Windows\\System32\\config\\firewall.json could not be read', from)).text).toContain(
      'made anew',
    );
    expect(read<FirewallDocument>(onD('firewall.json')).rules).toHaveLength(2);
  });
});

describe('a role that cannot be without its certificates', () => {
  const openPlace = places(afterEach);

  it('is not created while one is missing, which the status names', async () => {
    const up = openPlace('configured').up({ settings: { certificates: 'required' } });
    const { details } = await up.story.status(instance, 'FailedStartingRole');
    expect(details).toBe('Certificate Absent (00112233445566778899AABBCCDDEEFF00112233) is missing: the role cannot be created without.');
    expect(up.story.of('process.started').map(({ name }) => name)).not.toContain('WaHostBootstrapper');
    expect(await up.stop()).toBe(0);
  });
});
