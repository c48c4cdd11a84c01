import { describe, expect, it } from 'vitest';
import { megabyte } from '../../../../hosts/plugins/diagnostics/configuration.ts';
import { checkConnectionString } from '../../../../hosts/plugins/diagnostics/connection-string.ts';
import { readConfiguration } from '../../../../hosts/plugins/diagnostics/read-configuration.ts';

const storeBytes = 4_096 * megabyte;

function wadcfg(content: string, attributes = ''): string {
  const namespace = 'http://schemas.microsoft.com/ServiceHosting/2010/10/DiagnosticsConfiguration';
  return `\uFEFF<?xml version="1.0"?><DiagnosticMonitorConfiguration xmlns="${namespace}" ${attributes}>${content}</DiagnosticMonitorConfiguration>`;
}

const read = (content: string, attributes = '') => readConfiguration(wadcfg(content, attributes), storeBytes);

describe('diagnostics.wadcfg', () => {
  it('gives directories their container, place and quota', () => {
    const { sources } = read(
      `<Directories bufferQuotaInMB="100" scheduledTransferPeriod="PT1M">
        <IISLogs container="wad-iis" />
        <DataSources>
          <DirectoryConfiguration container="wad-own" directoryQuotaInMB="7"><LocalResource name="Logs" relativePath="deep\\er" /></DirectoryConfiguration>
          <DirectoryConfiguration container="wad-system"><Absolute path="%SystemRoot%\\x" expandEnvironment="true" /></DirectoryConfiguration>
        </DataSources>
      </Directories>`,
    );
    expect(sources).toEqual([
      expect.objectContaining({
        kind: 'Directories',
        periodMs: 60_000,
        quotaBytes: 100 * megabyte,
        directories: [
          { container: 'wad-iis', quotaBytes: 100 * megabyte, place: { kind: 'known', folder: 'LogFiles' } },
          { container: 'wad-own', quotaBytes: 7 * megabyte, place: { kind: 'localResource', name: 'Logs', relativePath: 'deep\\er' } },
          {
            container: 'wad-system',
            quotaBytes: 100 * megabyte,
            place: { kind: 'absolute', path: '%SystemRoot%\\x', expandEnvironment: true },
          },
        ],
      }),
    ]);
  });

  it('gives event logs and infrastructure logs their level', () => {
    const { sources, notPlayed } = read(
      `<DiagnosticInfrastructureLogs scheduledTransferPeriod="PT1H" scheduledTransferLogLevelFilter="Error" />
       <WindowsEventLog scheduledTransferPeriod="PT1M30S"><DataSource name="System!*" /><DataSource name="Application!*[System]" /></WindowsEventLog>`,
    );
    expect(sources.map(({ kind, periodMs, levels, eventLogs }) => ({ kind, periodMs, levels, eventLogs }))).toEqual([
      { kind: 'DiagnosticInfrastructureLogs', periodMs: 3_600_000, levels: 'Error', eventLogs: [] },
      { kind: 'WindowsEventLog', periodMs: 90_000, levels: 'Undefined', eventLogs: ['System', 'Application'] },
    ]);
    expect(notPlayed).toEqual([expect.stringContaining('every event of Application is taken')]);
  });

  it('transfers nothing that has no scheduledTransferPeriod, and says so', () => {
    const { sources, notPlayed } = read('<Logs /><PerformanceCounters />');
    expect(sources).toEqual([]);
    expect(notPlayed).toHaveLength(2);
  });

  it.each([
    ['<Wrong />', '', 'has no element <Wrong>'],
    ['<Logs scheduledTransferPeriod="1 minute" />', '', 'Logs/@scheduledTransferPeriod is not a duration'],
    ['<Logs scheduledTransferPeriod="P" />', '', 'is not a duration'],
    ['<Logs bufferQuotaInMB="-1" />', '', 'is not a number of megabytes'],
    ['<Logs bufferQuotaInMB="60" /><Directories bufferQuotaInMB="60" />', 'overallQuotaInMB="100"', 'exceeds overallQuotaInMB'],
    ['', 'overallQuotaInMB="4097"', 'exceeds the LocalStorage DiagnosticStore'],
    ['<WindowsEventLog><DataSource name="System" /></WindowsEventLog>', '', 'not a log and a query'],
    ['<WindowsEventLog scheduledTransferLogLevelFilter="Loud" />', '', 'not one of Critical'],
    [
      '<Directories><DataSources><DirectoryConfiguration container="../up"><Absolute path="C:\\" expandEnvironment="false" /></DirectoryConfiguration></DataSources></Directories>',
      '',
      '3 to 63 small letters',
    ],
    [
      '<Directories><DataSources><DirectoryConfiguration container="abc" /></DataSources></Directories>',
      '',
      'neither Absolute nor LocalResource',
    ],
  ])('is refused with one sentence: %s %s', (content, attributes, sentence) => {
    expect(() => read(content, attributes)).toThrow(sentence);
  });

  it('is refused when it is something else', () => {
    expect(() => readConfiguration('<PublicConfig />', storeBytes)).toThrow('the root element is <PublicConfig>');
    expect(() => readConfiguration('<DiagnosticMonitorConfiguration />', storeBytes)).toThrow('is not in the namespace');
    expect(() => readConfiguration('<DiagnosticMonitorConfiguration', storeBytes)).toThrow('not well-formed');
  });
});

describe('the connection string', () => {
  it.each(['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b==', 'AccountName=a;SharedAccessSignature=sv=1&sig=2;'])(
    'is taken: %s',
    (text) => {
      expect(checkConnectionString(text, false)).toBeUndefined();
    },
  );

  it('of development storage is doubted where the role is told that it is in the cloud', () => {
    expect(checkConnectionString('UseDevelopmentStorage=true', true)).toBeUndefined();
    expect(checkConnectionString('UseDevelopmentStorage=true', false)).toContain('cannot reach any storage');
    expect(checkConnectionString('', false)).toContain('empty');
  });

  it('that cannot be read is refused, and its text is kept out of the sentence', () => {
    expect(() => checkConnectionString('geheim', false)).toThrow(/^ConnectionString is not a list of name=value;name=value$/);
    expect(() => checkConnectionString('DefaultEndpointsProtocol=https;AccountKey=x', false)).toThrow('has no AccountName');
    expect(() => checkConnectionString('AccountName=x', false)).toThrow('has no AccountKey');
  });
});
