// A bare process that starts bare processes: the least that a chain of processes can take.
// Its argument says what is below it: an array for a link with more below it, `host` for the last one, `service` for one beside it.
const { spawn } = require('node:child_process');
const { join } = require('node:path');

for (const below of JSON.parse(process.argv[2] ?? '[]')) {
  const program = Array.isArray(below) ? [__filename, JSON.stringify(below)] : [join(__dirname, `${below}.cjs`)];
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Played processes get little more from `rolevm up` than the PATH.
    env: process.env.BARE_COMMAND === undefined ? process.env : { PATH: process.env.PATH },
  });
  child.on('message', (message) => (process.send === undefined ? process.stdout.write(`${message}\n`) : process.send(message)));
}
// What is below ends with this process.
process.on('disconnect', () => process.exit());
