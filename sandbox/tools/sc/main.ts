import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askDoor } from '../../door/ask-door.ts';
import { sc } from './sc.ts';

process.title = 'sc';

// Its own place on D: says which VM it is in: a task may have emptied the environment.
const system32 = dirname(realpathSync(process.argv[1] ?? ''));

void sc(process.argv.slice(2), {
  ask: (question) => askDoor(join(system32, 'config', 'vm-door.json'), question),
  print: (text) => process.stdout.write(text),
  note: (text) => process.stderr.write(`sc: ${text}\n`),
}).then((code) => {
  process.exitCode = code;
});
