import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCertificateFolder } from '../../../model/certificates/read-certificate-folder.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/certificates');
const front = '7620071D53DD0D218A57FE66E698EBFA74FC4D52';
const root = '57B09496E5EC5DF2CCBCCBA38E38C44AA97C98E1';
let folder: string;
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-certificates-')));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Reads a folder with some of the fixtures in it, as they are or under another name. */
function given(files: Readonly<Record<string, string | Buffer>>) {
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string') fs.copyFileSync(path.join(fixtures, content), path.join(folder, name));
    else fs.writeFileSync(path.join(folder, name), content);
  }
  return readCertificateFolder(folder);
}

describe('the certificates of a service', () => {
  it('are none where there is no folder', () => {
    expect(readCertificateFolder(path.join(folder, 'nowhere'))).toEqual({ certificates: new Map(), notices: [] });
  });

  it('come as .pfx with the password in a file beside it', () => {
    const { certificates, notices } = given({ 'front.pfx': 'front.pfx', 'front.pfx.password': 'front.pfx.password' });
    expect(notices).toEqual([]);
    expect([...certificates.keys()]).toEqual([front]);
    expect(certificates.get(front)).toEqual({
      thumbprint: front,
      subject: 'CN=front.example.com, O=Example',
      issuer: 'CN=front.example.com, O=Example',
      serialNumber: '6060AAFADE7EBF6453053F765E551133CC7F8255',
      notBefore: '2026-11-21T14:03:30.000Z',
      notAfter: '2126-10-28T14:03:30.000Z',
      pem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
      key: { kind: 'pfx', file: path.join(folder, 'front.pfx'), passwordFile: path.join(folder, 'front.pfx.password') },
    });
  });

  it('come as .cer without a key, and as PEM with the key in the same file or beside it', () => {
    expect(given({ 'root.cer': 'root.cer' }).certificates.get(root)).toMatchObject({ subject: 'CN=Example Root' });
    expect(readCertificateFolder(folder).certificates.get(root)?.key).toBeUndefined();
    const { certificates } = given({ 'both.pem': 'both.pem', 'root.pem': 'root.pem', 'root.key': 'root.key' });
    expect(certificates.get(front)?.key).toEqual({ kind: 'pem', file: path.join(folder, 'both.pem') });
    expect(certificates.get(root)?.key).toEqual({ kind: 'pem', file: path.join(folder, 'root.key') });
  });

  it('are taken with their key when they are there without it too', () => {
    const { certificates } = given({ 'a.pem': 'both.pem', 'z.pem': 'root.pem', 'y.cer': 'root.cer', 'z.key': 'root.key' });
    expect([certificates.get(front)?.key?.kind, certificates.get(root)?.key?.kind]).toEqual(['pem', 'pem']);
  });

  it.each<[string, Readonly<Record<string, string | Buffer>>, string]>([
    [
      'a .pfx without its password',
      { 'x.pfx': 'front.pfx' },
      'it has a password, which belongs into a file beside it with .password at its end',
    ],
    ['a .pfx with another password', { 'x.pfx': 'front.pfx', 'x.password': Buffer.from('other') }, 'its password is another one'],
    ['a .pfx of old cryptography', { 'x.pfx': 'old.pfx' }, 'it is encrypted in an old way; export it anew with AES256'],
    ['a .pfx that is none', { 'x.pfx': Buffer.from('hello') }, 'it is no .pfx ('],
    ['a .cer that is none', { 'x.cer': Buffer.from('hello') }, 'it is no certificate'],
    [
      'a key of another certificate',
      { 'x.pem': 'strange.pem', 'x.key': 'strange.key' },
      'x.key holds no private key of it, or one with a password',
    ],
    ['a file too large', { 'x.cer': Buffer.alloc(1_048_577) }, 'x.cer is larger than 1 MB'],
  ])('leave out %s, with one sentence', (_, files, why) => {
    const { certificates, notices } = given(files);
    expect(certificates.size).toBe(0);
    expect(notices).toEqual([expect.stringContaining(`${path.join(folder, Object.keys(files)[0] ?? '')} cannot be read: ${why}`)]);
  });

  it('are no more than a service can have', () => {
    for (let n = 0; n < 201; n += 1) fs.copyFileSync(path.join(fixtures, 'root.cer'), path.join(folder, `${n}.cer`));
    expect(readCertificateFolder(folder).notices).toEqual([expect.stringContaining('has more than 200 certificates')]);
  });
});
