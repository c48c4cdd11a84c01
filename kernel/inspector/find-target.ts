import { get } from 'node:http';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { InspectorTarget } from './types.ts';

/** The inspector behind one of these ports of 127.0.0.1; undefined when none of them is an inspector's. */
export async function findTarget(ports: readonly number[]): Promise<InspectorTarget | undefined> {
  for (const port of ports) {
    const target = parseTarget(await list(port), port);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** What the inspector says of itself in /json/list. @returns undefined when the text is not an inspector's, or leads elsewhere */
export function parseTarget(text: string, port: number): InspectorTarget | undefined {
  const [first] = parseList(text);
  const { webSocketDebuggerUrl: webSocketUrl, devtoolsFrontendUrl: devtoolsUrl } = first ?? {};
  if (typeof webSocketUrl !== 'string' || typeof devtoolsUrl !== 'string') return undefined;
  const own = new RegExp(`^ws://127\\.0\\.0\\.1:${port}/[0-9a-f-]{1,64}$`).test(webSocketUrl);
  return own && /^devtools:\/\/[\x21-\x7e]{1,500}$/.test(devtoolsUrl) ? { port, webSocketUrl, devtoolsUrl } : undefined;
}

function parseList(text: string): readonly (Readonly<Record<string, unknown>> | undefined)[] {
  try {
    const list = JSON.parse(text) as unknown;
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** @returns an empty text when nobody answers in time or the answer is too long: a server of role code may do as it likes */
function list(port: number): Promise<string> {
  return new Promise((resolve) => {
    const sent = get({ host: '127.0.0.1', port, path: '/json/list', agent: false, timeout: emulatorMs.inspectorAnswers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > longestList) response.destroy();
      });
      response.once('end', () => resolve(text)).once('close', () => resolve(''));
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(''));
  });
}

const longestList = 64 * 1_024;
