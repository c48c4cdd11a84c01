'use strict';
// Twenty processes as startup tasks leave them: nested, in sessions of their own, and double-forked with an empty environment.
// Each writes its pid into the file that is named.
const { appendFileSync } = require('node:fs');
const { spawn } = require('node:child_process');

const file = process.argv[2] ?? '';
/** @param {string[]} args @param {import('node:child_process').SpawnOptions} [options] */
const sh = (args, options) => spawn('sh', ['-c', ...args], { stdio: 'ignore', ...options });

const nested = 'echo $$ >> "$1"; if [ "$2" -gt 1 ]; then sh -c "$0" "$0" "$1" $(($2 - 1)) & wait; else exec sleep 600; fi';
const alone = 'echo $$ >> "$0"; exec sleep 600';
const family = 'echo $$ >> "$1"; sleep 600 & echo $! >> "$1"; sleep 600 & echo $! >> "$1"; wait';
// The shell between ends at once: its child has no parent here any more.
const orphaned = 'sh -c "$0" "$0" "$1" &';

appendFileSync(file, `${process.pid}\n`);
sh([nested, nested, file, '6']);
for (let session = 0; session < 4; session++) sh([alone, file], { detached: true });
for (let orphan = 0; orphan < 3; orphan++) sh([orphaned, family, file], { detached: true, env: {} });
setInterval(() => {}, 2 ** 30);
