import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, temporaryDirectory, withKoffi, withoutKoffi } from '../fixtures/processes/build.ts';

const run = promisify(execFile);
const directory = temporaryDirectory();

describe.skipIf(process.platform !== 'linux')('a child subreaper', () => {
  let adopter: string;
  beforeAll(async () => {
    adopter = await bundle('test/fixtures/processes/adopter.ts', directory);
  });

  it('reaps 300 orphans and takes the end of none of 300 own children away from Node', async () => {
    const { stdout } = await run(process.execPath, [adopter, '300'], { env: withKoffi });
    expect(JSON.parse(stdout)).toEqual({ subreaper: true, reaping: true, right: 300, reaped: 300, earlyCode: 5, left: 0 });
  });

  it('is none where koffi is not there, and own children are unaffected', async () => {
    const { stdout } = await run(process.execPath, [adopter, '20'], { env: withoutKoffi });
    expect(JSON.parse(stdout)).toEqual({ subreaper: false, reaping: false, right: 20, reaped: 0, earlyCode: 5, left: 0 });
  });
});
