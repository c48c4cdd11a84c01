import { describe, expect, it } from 'vitest';
import { remoteAccessOf } from '../../../model/modules/remote-access-settings.ts';

const prefix = 'Microsoft.WindowsAzure.Plugins.RemoteAccess.';
const whole = {
  Enabled: 'true',
  AccountUsername: 'operator',
  AccountEncryptedPassword: 'MIIB',
  AccountExpiration: '2039-12-31T23:59:59.0000000-08:00',
};
const now = Date.parse('2014-03-11T00:00:00Z');

const judged = (changes: Partial<typeof whole> = {}) =>
  remoteAccessOf(
    Object.entries({ ...whole, ...changes }).map(([name, value]) => ({ name: prefix + name, value })),
    now,
  );

describe('the settings of RemoteAccess', () => {
  it('give an account until it expires, in the time zone that is written', () => {
    expect(judged()).toEqual({ allowed: true, userName: 'operator', expires: new Date('2040-01-01T07:59:59Z') });
    expect(judged({ Enabled: ' True ' })).toMatchObject({ allowed: true });
  });

  it.each([
    [{ Enabled: 'false' }, 'disabled', 'Enabled is "false"'],
    [{ Enabled: '' }, 'disabled', 'Enabled is ""'],
    [{ AccountExpiration: '2014-03-10T23:59:59.9999999Z' }, 'expired', 'has expired at 2014-03-10'],
    [{ AccountExpiration: '' }, 'invalid', 'is not a time'],
    [{ AccountExpiration: '1' }, 'invalid', 'is not a time'],
    [{ AccountUsername: '' }, 'invalid', 'AccountUsername is empty'],
    [{ AccountUsername: '..\\..\\x' }, 'invalid', 'cannot name an account'],
    [{ AccountUsername: '..' }, 'invalid', 'cannot name an account'],
    [{ AccountUsername: 'x'.repeat(21) }, 'invalid', 'longer than the 20'],
    [{ AccountEncryptedPassword: '' }, 'invalid', 'is not base64'],
    [{ AccountEncryptedPassword: '****' }, 'invalid', 'is not base64'],
  ] as const)('give none with %j', (changes, why, reason) => {
    expect(judged(changes)).toMatchObject({
      allowed: false,
      why,
      reason: expect.stringContaining(reason),
      mend: expect.stringMatching(/\.$/),
    });
  });

  it('give none where the module is not configured at all', () => {
    expect(remoteAccessOf([], now)).toMatchObject({ allowed: false, why: 'disabled' });
  });
});
