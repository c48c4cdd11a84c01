import { describe, expect, it } from 'vitest';
import { agentLine } from '../../../logs/formats/agent-line.ts';
import { bootstrapperLine } from '../../../logs/formats/bootstrapper-line.ts';
import { traceLine } from '../../../logs/formats/trace-line.ts';
import type { LineEntry, LogLevel } from '../../../logs/line-format.ts';

const entry = (level: LogLevel, text: string): LineEntry => ({ time: new Date('2014-03-11T09:14:02.067Z'), level, text, pid: 3188 });

describe('WaHostBootstrapper.log', () => {
  it.each([
    ['error', '[00003188:00003188, 2014/03/11, 09:14:02.067, ERROR] <- WapXmlReadRoleModel=0x1'],
    ['warn', '[00003188:00003188, 2014/03/11, 09:14:02.067, WARN ] <- WapXmlReadRoleModel=0x1'],
    ['info', '[00003188:00003188, 2014/03/11, 09:14:02.067, INFO ] <- WapXmlReadRoleModel=0x1'],
  ] as const)('%s stands in five characters after process, thread and UTC stamp', (level, expected) => {
    expect(bootstrapperLine(entry(level, '<- WapXmlReadRoleModel=0x1'))).toBe(expected);
  });
});

describe('WaAppAgent.log and AppAgentRuntime.log', () => {
  it.each([
    ['info', '[00003188] [03/11/2014 09:14:02.06] [INFO]  WindowsAzureGuestAgent Heartbeat.'],
    ['warn', '[00003188] [03/11/2014 09:14:02.06] [WARN]  WindowsAzureGuestAgent Heartbeat.'],
    ['heart', '[00003188] [03/11/2014 09:14:02.06] [HEART] WindowsAzureGuestAgent Heartbeat.'],
  ] as const)('%s is padded so that the texts stand in one column, hundredths are cut and not rounded', (level, expected) => {
    expect(agentLine(entry(level, 'WindowsAzureGuestAgent Heartbeat.'))).toBe(expected);
  });
});

describe('WaWorkerHost.log', () => {
  it('has the form of a .NET trace listener, and entries with an id are the service runtime', () => {
    const line = traceLine('WaWorkerHost');
    expect(line(entry('info', 'Loading.'))).toBe('WaWorkerHost Information: 0 : [00003188:00003188, 2014/03/11 09:14:02.067] Loading.');
    expect(line({ ...entry('error', 'Role environment . INITIALIZED'), id: 101 })).toBe(
      'Microsoft.WindowsAzure.ServiceRuntime Error: 101 : [00003188:00003188, 2014/03/11 09:14:02.067] Role environment . INITIALIZED',
    );
  });
});

describe('every line format', () => {
  it.each([
    ['bootstrapperLine', bootstrapperLine],
    ['agentLine', agentLine],
    ['traceLine', traceLine('WaIISHost')],
  ] as const)('%s: what begins in column one is an entry, whatever the text contains', (_, format) => {
    const forged = format(entry('info', 'a'));
    const text = `first\r\n${forged}\rthird\u2028fourth\n\n`;
    const lines = format(entry('error', text)).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.slice(1)).toEqual([`    ${forged}`, '    third', '    fourth']);
  });

  it.each([
    ['bootstrapperLine', bootstrapperLine],
    ['agentLine', agentLine],
    ['traceLine', traceLine('WaIISHost')],
  ] as const)('%s: control characters are shown and not sent to the terminal of a reader', (_, format) => {
    expect(format(entry('info', 'a\x1b[31mred\x07\0\tb\x9b'))).toMatch(/ a\\x1b\[31mred\\x07\\x00\tb\\x9b$/);
  });
});
